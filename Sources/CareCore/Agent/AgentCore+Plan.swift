public import CareModel

extension AgentCore {
    /// Is what a step comes to: actions, to be done in order, and when to step again at the latest.
    public struct Plan: Equatable, Sendable {
        /// What to do.
        public var actions: [Action] = []
        /// When to step with `elapsed`, by the monotonic clock; nil if nothing is awaited.
        public var wake: Duration?

        /// Makes an empty plan.
        public init() {}
    }

    /// Is one thing for the shell to do.
    public enum Action: Equatable, Sendable {
        /// Close what is open and connect to an endpoint.
        case connect(endpoint: Int)
        /// Close what is open.
        case disconnect
        /// Send something on `ctl`.
        case say(request: UInt64, Said)
        /// Store the delivery that was just heard, then report it as stored.
        case store(Lease)
        /// Write down that a message was refused by the error just heard.
        case refuse(MessageID)
        /// Write down that a message is too long for this broker.
        case refuseTooLong(MessageID, limit: UInt64)
        /// Write down that the acknowledgement counts.
        case noteSettled(Lease)
        /// Put the copy away: its lease is over and nobody had acknowledged it.
        case putAway(Lease)
        /// Delete the copy, whether it is stored yet or not: consent was withdrawn.
        case erase(Lease)
        /// Write down that the broker knows that a person opened it, or will never want to.
        case displayKnown(DeliveryID)
        /// Hear a stream's events on `evt`.
        case listen(StreamName, token: [UInt8])
        /// Hand on these of the events just heard.
        case apply(StreamName, epoch: UInt32, ClosedRange<UInt64>)
        /// Tell that the stream was read up to its head.
        case caughtUp(StreamName)
        /// Tell that this agent may not follow the stream.
        case streamRefused(StreamName)
        /// Hand on the answer just heard.
        case answered(question: UInt64)
        /// Hand on the refusal just heard.
        case questionRefused(question: UInt64)
        /// Tell that a session is open.
        case opened
        /// Tell that there is none; the agent goes on trying.
        case lost(Trouble)
        /// The exchange is done; so many mailboxes still hold something back.
        case exchanged(waiting: Int)
        /// Nothing more can be done.
        case end(Trouble)
    }

    /// Is what the agent says; the shell knows the words.
    public enum Said: Equatable, Sendable {
        /// Who it is.
        case hello
        /// A message of the outbox.
        case submit(MessageID)
        /// How much more it takes.
        case credit(messages: UInt32, byteCount: UInt64, drain: Bool)
        /// It has stored a delivery, or a person has opened it.
        case ack(Lease, displayed: Bool)
        /// A question by its number.
        case query(question: UInt64)
        /// It wants to follow a stream.
        case subscribe(StreamName)
        /// It has missed events.
        case fetch(StreamName, epoch: UInt32, from: UInt64)
        /// It is there.
        case ping
        /// It is there, as asked.
        case pong
        /// It goes.
        case bye
    }

    /// Says why there is no session.
    public enum Trouble: Equatable, Sendable {
        /// Nobody answered at any endpoint.
        case unreachable
        /// Somebody answered, but not the broker whose key the context has.
        case handshakeFailed
        /// The broker will not have this agent's key.
        case keyRefused
        /// The broker ended the session and said why.
        case dismissed
        /// The broker fell silent.
        case silent
        /// The connection broke.
        case broken
    }
}
