/// Counts connections that were refused, for one event of the audit log now and then: a flood of
/// strangers must not fill the log.
struct RefusalCounter {
    private var waiting = 0
    private var toldAt: Duration?

    private static let interval: Duration = .seconds(10)

    /// Counts so many more.
    mutating func count(_ refusals: Int) { waiting += refusals }

    /// How many to tell now; nil if there are none, or it was told a moment ago.
    mutating func due(at uptime: Duration) -> Int? {
        guard waiting > 0 else { return nil }
        if let toldAt, uptime - toldAt < Self.interval { return nil }
        defer { waiting = 0 }
        toldAt = uptime
        return waiting
    }
}
