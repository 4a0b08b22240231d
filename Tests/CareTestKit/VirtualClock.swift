public import CareCore
public import CareModel

/// Stands in for the machine's clocks: time passes only when a test says so.
public struct VirtualClock {
    /// The time since the broker started.
    public private(set) var uptime: Duration = .zero
    /// What the machine's wall clock shows, which may be stepped either way.
    public private(set) var wall: Timestamp
    private var newest: Timestamp
    private var random: SplitMix64

    /// Starts at noon of a day in 2025.
    public init(wall: Timestamp = Timestamp(milliseconds: 1_750_000_000_000), seed: UInt64 = 1) {
        self.wall = wall
        newest = wall
        random = SplitMix64(seed: seed)
    }

    /// Lets time pass on both clocks.
    public mutating func advance(by duration: Duration) {
        uptime += duration
        wall = wall + duration
    }

    /// Sets the wall clock forward, or back with a negative duration, as an operator might.
    public mutating func stepWall(by duration: Duration) {
        wall = wall + duration
    }

    /// Begins the life of a new broker, whose wall clock does not run behind `lastSeen`.
    public mutating func restart(lastSeen: Timestamp) {
        uptime = .zero
        newest = lastSeen
    }

    /// The time and the chance of the next step, as the broker's own clock makes them.
    public mutating func moment(hasRoom: Bool = true, isCrowded: Bool = false) -> Moment {
        newest = max(newest, wall)
        return Moment(
            wall: newest, uptime: uptime, random: random.next(), hasRoom: hasRoom,
            isCrowded: isCrowded)
    }
}
