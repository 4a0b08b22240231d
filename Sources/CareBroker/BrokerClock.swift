internal import CareCore
internal import CareModel
internal import CareVault

/// Tells the broker's time: monotonic for leases, and a wall clock that never runs behind what is
/// stored, however the machine's is set.
struct BrokerClock {
    private let start = ContinuousClock.now
    private var newest: Timestamp
    private var toldAt: Duration = .zero

    /// Starts at or after the newest time that is stored.
    init(lastSeen: Timestamp) {
        newest = lastSeen
    }

    /// The time since the start.
    var uptime: Duration { start.duration(to: .now) }

    /// The time and the chance of one step.
    mutating func moment(hasRoom: Bool, isCrowded: Bool) -> Moment {
        let uptime = uptime
        // Set back, the machine's clock is not believed; but time goes on meanwhile.
        newest = max(newest + (uptime - toldAt), Self.wall())
        toldAt = uptime
        return Moment(
            wall: newest, uptime: uptime, random: .random(in: .min ... .max), hasRoom: hasRoom,
            isCrowded: isCrowded)
    }

    /// The machine's wall clock.
    static func wall() -> Timestamp { WallClock.now }
}
