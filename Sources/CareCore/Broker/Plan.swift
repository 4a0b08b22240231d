public import CareModel

/// Is something to send to one connection.
public struct Outgoing: Equatable, Sendable {
    /// Whom.
    public let peer: Peer
    /// The request it answers; 0 for none.
    public let request: UInt64
    /// What.
    public internal(set) var saying: BrokerSaying

    /// Makes it.
    public init(_ peer: Peer, request: UInt64 = 0, _ saying: BrokerSaying) {
        self.peer = peer
        self.request = request
        self.saying = saying
    }
}

/// Is a question that a reader answers beside the loop.
public struct Inquiry: Equatable, Sendable {
    /// Says what is read.
    public enum Subject: Equatable, Sendable {
        /// Rows, as the asker may see them.
        case question(Question, Page)
        /// Events of a stream the asker may follow.
        case events(Stream, from: UInt64, to: UInt64)
        /// How the broker is; the session count is already known.
        case status(sessions: Int)
    }

    /// Who asked; nil for an operator.
    public let asker: Asker?
    /// On which connection.
    public let peer: Peer
    /// In which request.
    public let request: UInt64
    /// What.
    public let subject: Subject
}

/// Is what a step comes to.
///
/// What it adds has provisional numbers until the store has given others.
public struct Plan: Equatable, Sendable {
    /// To commit in one transaction.
    public var writes: [Write] = []
    /// The consent epochs, as of the facts, under which something leaves.
    public var epochs: [PatientKey: UInt32] = [:]
    /// To send once the writes are on disk, in order.
    public var outgoing: [Outgoing] = []
    /// To publish on `evt` without an event, so that a lost last event is noticed.
    public var heads: [Stream] = []
    /// To be answered beside the loop.
    public var inquiries: [Inquiry] = []
    /// What an operator may want to read in the log, once the writes are on disk.
    public var notices: [Notice] = []
    /// Whether enrolment changed, and with it the keys that may connect.
    public var directoryChanged = false
    /// Whether an operator asked the broker to end.
    public var stops = false
    /// When to step again at the latest, by the monotonic clock.
    public var wake: Duration = .zero

    /// Makes an empty plan.
    public init() {}
}
