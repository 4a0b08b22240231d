public import CareModel

/// Is something that happened to an agent.
public enum Happening: Equatable, Sendable {
    /// A session is open.
    case connected(SessionWelcome, endpoint: String)
    /// The broker cannot be reached; trying again by itself.
    case disconnected(reason: String)
    /// A message was collected and stored.
    case collected(Arrival)
    /// A message that was collected is gone again: consent was withdrawn.
    case recalled(MessageID)
    /// A message of the outbox got its answer.
    case answered(Receipt)
    /// Events of a stream, in order and without a gap, each once.
    case events(StreamName, [StreamEvent])
    /// The stream has been read up to its head: what is shown now is complete.
    case caughtUp(StreamName)
    /// So many happenings were left out, because whoever listens is too slow: the mail has what
    /// they told of messages, a worklist what they told of referrals. Only ``AgentClient`` says so.
    case missed(Int)
}
