public import CareModel
public import CareWire

/// Sends, collects and asks for one context. One thread at a time may use it.
///
/// Every call works on the local mail first, so that nothing is lost while no broker can be
/// reached; ``exchange(deadline:)`` is what brings both sides together, as `git fetch` does.
public final class Agent {
    /// The context it works for.
    public let context: AgentContext
    /// The local mail.
    public let store: AgentStore

    /// Opens the context's mail. Connects to nobody yet.
    public init(context: AgentContext, store: AgentStore) {
        self.context = context
        self.store = store
    }

    /// Is what an exchange came to.
    public struct Exchange: Sendable {
        /// What the broker is and lets this agent do.
        public var welcome: WireWelcome
        /// Answers to messages that were waiting in the outbox, in the order they came.
        public var receipts: [WireReceiptItem] = []
        /// The messages that were collected, oldest first.
        public var collected: [MessageID] = []
        /// Messages that wait at the broker and may not be collected now.
        public var waiting = 0
    }

    /// Sends what waits in the outbox and collects what waits at the broker.
    ///
    /// Tries every endpoint of the context until one answers. Returns once every waiting message
    /// has its receipt and the broker has nothing more to deliver. Each collected message is in the
    /// store, durably, before it is acknowledged.
    ///
    /// - Throws: `.unreachable` if no endpoint answered in time (what was queued stays queued),
    ///   `.refused` if the broker ended the session (revoked, wrong agent, no common version).
    public func exchange(deadline: Duration = .seconds(10)) throws(AgentError) -> Exchange {
        preconditionFailure("not written yet")
    }

    /// Asks a question in the session of the last exchange, opening one if there is none.
    ///
    /// - Returns: the answer and, for a content question, the document.
    /// - Throws: `.unreachable`, or `.refused` with the broker's refusal.
    public func ask(
        _ query: WireQuery, deadline: Duration = .seconds(10)
    ) throws(AgentError) -> (result: WireResult, payload: Payload?) {
        preconditionFailure("not written yet")
    }

    /// Says goodbye and closes the connection; the next call opens a new one.
    public func disconnect() {}
}
