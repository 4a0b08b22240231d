/// Says how often a checkpoint of the audit log is written.
public struct CheckpointPolicy: Sendable {
    /// After so many events.
    public var eventCount: Int64
    /// After this time, if there are new events.
    public var interval: Duration

    /// Makes the policy.
    public init(eventCount: Int64 = 1_000, interval: Duration = .seconds(60)) {
        self.eventCount = eventCount
        self.interval = interval
    }
}
