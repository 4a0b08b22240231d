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

    /// Is one thing for the shell to do, with all that doing it needs.
    ///
    /// What comes of it is told the core as an input of its own, after the whole plan was done.
    public enum Action: Equatable, Sendable {
        /// Close what is open and connect to an endpoint.
        case connect(endpoint: Int)
        /// Close what is open.
        case disconnect
        /// Send something on `ctl`.
        case say(request: UInt64, Said)
        /// Store a delivery, then report it as stored.
        case store(Arrival)
        /// Write down and tell what became of a message.
        case record(Receipt)
        /// Write down that the acknowledgement counts.
        case noteSettled(DeliveryRight)
        /// Put the copy away: its lease is over and nobody had acknowledged it.
        case putAway(DeliveryRight)
        /// Delete the copy, whether it is stored yet or not: consent was withdrawn.
        case erase(DeliveryRight)
        /// Write down that the broker knows that a person opened it, or will never want to.
        case displayKnown(DeliveryID)
        /// Hear a stream's events on `evt`.
        case listen(Stream)
        /// Hand on events, in order and without a gap; at least one.
        case apply(StreamName, epoch: UInt32, [StreamEvent])
        /// Tell that the stream was read up to its head.
        case caughtUp(StreamName)
        /// Tell that this agent may not follow the stream.
        case streamRefused(StreamName, BrokerRefusal)
        /// Hand on a part of an answer.
        case answered(question: UInt64, AnswerPage, isLast: Bool)
        /// Tell that a question gets no answer, or no further part of it.
        case unanswered(question: UInt64, Unanswered)
        /// Tell that a session is open, and report what waits in the store.
        case opened(SessionWelcome)
        /// Tell that there is none; the agent goes on trying.
        case lost(Trouble)
        /// The exchange is done; so many mailboxes still hold something back.
        case exchanged(waiting: Int)
        /// Nothing more can be done.
        case end(Trouble)
    }

    /// Says why a question gets no answer.
    public enum Unanswered: Equatable, Sendable {
        /// The broker will not answer it.
        case refused(BrokerRefusal)
        /// The broker's answer does not fit together, or never ends.
        case broken
        /// The asker's patience is over.
        case late
        /// The agent ends.
        case ended(Trouble)
    }

    /// Is what the agent says; the shell knows the words, and the messages of the outbox.
    public enum Said: Equatable, Sendable {
        /// Who it is.
        case hello
        /// A message of the outbox.
        case submit(MessageID)
        /// How much more it takes.
        case credit(messages: UInt32, byteCount: UInt64, drain: Bool)
        /// It has stored a delivery.
        case ack(DeliveryRight)
        /// A person has opened a delivery.
        case display(OpenedDelivery)
        /// A question.
        case query(Query)
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
        case dismissed(BrokerRefusal?, words: String)
        /// The broker fell silent.
        case silent
        /// The connection broke.
        case broken
    }
}
