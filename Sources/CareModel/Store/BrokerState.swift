/// Is what the core needs once, at the start.
public struct BrokerState: Equatable, Sendable {
    /// Everybody enrolled, and every stream.
    public var registry = Registry()
    /// Patients whose waiting deliveries are to be looked at again, and those up to which that was
    /// done when the last broker ended.
    public var reconsiderations: [PatientKey: DeliveryID] = [:]
    /// Whether the database is not the one that ran here last: somebody restored a back-up.
    public var wasRestored = false
    /// The newest time anything stored names; the clock never runs behind it.
    public var lastSeen = Timestamp(milliseconds: 0)

    /// Makes the state of an empty store.
    public init() {}
}

/// Is everybody enrolled, and every stream.
public struct Registry: Equatable, Sendable {
    /// Everybody enrolled.
    public var directory = Directory()
    /// Every stream.
    public var streams: [StreamName: Stream] = [:]
    /// Counts the changes of either; events do not count.
    public var version: UInt64 = 0

    /// Makes an empty registry.
    public init() {}
}
