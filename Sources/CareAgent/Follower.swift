public import CareModel
public import CareWire

/// Stays connected: sends, collects and follows streams until it is told to stop.
///
/// What `careloop run`, `inbox --watch` and `open --watch` are made of. Reconnects by itself, tries
/// the next endpoint, sends the unanswered outbox again with the same ids, repairs gaps in streams.
public final class Follower: Sendable {
    /// Says what a follower does beside sending the outbox and following streams.
    public struct Options: Sendable {
        /// Whether it collects deliveries.
        public var collects = true
        /// The streams to follow; nil for the organisation's and all mailboxes'.
        public var streams: [String]?

        /// Makes the default options.
        public init() {}
    }

    /// Is something that happened.
    public enum Happening: Sendable {
        /// A session is open.
        case connected(WireWelcome, endpoint: String)
        /// The broker cannot be reached; trying again by itself.
        case disconnected(reason: String)
        /// A message was collected and stored.
        case collected(WireDeliver)
        /// A message of the outbox got its answer.
        case answered(WireReceiptItem)
        /// Events of a stream, in order and without a gap, each once.
        case events(stream: String, [WireSequencedEvent])
        /// The stream has been read up to its head: what is shown now is complete.
        case caughtUp(stream: String)
    }

    /// Makes a follower. It starts with ``run(_:)``.
    public init(context: AgentContext, store: AgentStore, options: Options = Options()) {}

    /// Works until ``stop()`` on a thread of its own and reports what happens, in order.
    ///
    /// - Throws: `.refused` if the broker ended the session for good.
    public func run(_ report: @escaping @Sendable (Happening) -> Void) async throws(AgentError) {
        preconditionFailure("not written yet")
    }

    /// Asks ``run(_:)`` to say goodbye and return. Callable from any thread.
    public func stop() {}

    /// Tells the follower to look into the outbox now. Callable from any thread.
    public func wake() {}
}
