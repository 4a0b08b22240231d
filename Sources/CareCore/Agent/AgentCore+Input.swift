public import CareModel

extension AgentCore {
    /// Is what happens to the agent, one at a time.
    public enum Input: Equatable, Sendable {
        /// Time has passed.
        case elapsed
        /// Starts to connect and stays connected; only for an agent that follows.
        case follow
        /// Sends the outbox, collects what waits, then ends; only for an agent that is called.
        case exchange
        /// Asks a question; several may wait for their answers at once.
        case ask(Asked)
        /// Nobody waits for the answer any more.
        case withdraw(question: UInt64)
        /// The call is over, answered or not: nothing is expected any more.
        case giveUp
        /// Says goodbye.
        case leave
        /// Messages wait in the outbox, oldest first, each reported once.
        case queued([OutgoingMessage])
        /// A person opened messages; reported until the plan says that the broker knows.
        case displayed([OpenedDelivery])
        /// Deliveries are in the store, durably.
        case stored([DeliveryRight])
        /// Deliveries of earlier sessions are in the store, and nobody knows whether their
        /// acknowledgement counts.
        case unsettled([DeliveryRight])
        /// A message of the outbox is not to be sent any more.
        case withdrawn(MessageID)
        /// The connection changed.
        case link(LinkChange)
        /// The broker said something on `ctl`.
        case heard(request: UInt64, Heard)
        /// An event came on `evt`.
        case event(StreamEvent, epoch: UInt32)
        /// Something on `evt` said how far a stream is.
        case head(StreamName, epoch: UInt32, sequence: UInt64)
    }

    /// Is a question with how long its asker waits.
    public struct Asked: Equatable, Sendable {
        /// The shell's number for it, used once.
        public let question: UInt64
        /// What is asked.
        public let query: Query
        /// Whether the parts after the first are asked for, too.
        public let wantsAll: Bool
        /// How long a part may take.
        public let patience: Duration

        /// Makes it.
        public init(question: UInt64, query: Query, wantsAll: Bool = false, patience: Duration) {
            self.question = question
            self.query = query
            self.wantsAll = wantsAll
            self.patience = patience
        }
    }

    /// Is a message of the outbox as far as sending it needs.
    public struct OutgoingMessage: Equatable, Sendable {
        /// Its id.
        public let message: MessageID
        /// The referral whose order it keeps.
        public let referral: ReferralID?
        /// The payload's length.
        public let byteCount: Int

        /// Makes it.
        public init(message: MessageID, referral: ReferralID?, byteCount: Int) {
            self.message = message
            self.referral = referral
            self.byteCount = byteCount
        }
    }

    /// Is what the shell learns of the connection it was told to make.
    public enum LinkChange: Equatable, Sendable {
        /// Both sides have proved their keys; messages can flow.
        case up
        /// It broke.
        case down
        /// Nobody is there, for now.
        case refused
        /// Somebody is there, but the handshake broke: a wrong broker key, or no broker.
        case handshakeFailed
        /// The broker knows this side's key and will not have it.
        case keyRefused
    }

    /// Is what the broker says.
    public enum Heard: Equatable, Sendable {
        /// The session is open.
        case welcome(SessionWelcome)
        /// What became of messages.
        case receipt([Receipt])
        /// A delivery.
        case deliver(Arrival)
        /// An acknowledgement counts.
        case settled(DeliveryID)
        /// It does not: the lease is over, and a newer fence may have been granted; 0 if unknown.
        case staleLease(DeliveryID, newest: Fence)
        /// A copy that nobody has acknowledged must not be kept.
        case recall(DeliveryRight)
        /// Nothing more for this session now.
        case drained(waiting: Int)
        /// The answer to a question; nil if it does not fit together.
        case answer(AnswerPage?)
        /// Where a stream is, with how far the store says it was read.
        case topic(Stream, cursor: StreamCursor?)
        /// Events that were asked for.
        case events(StreamName, epoch: UInt32, head: UInt64, [StreamEvent])
        /// Not done.
        case error(BrokerRefusal)
        /// What was said about a delivery is not done.
        case errorAbout(DeliveryID, BrokerRefusal)
        /// Are you there?
        case ping
        /// Is there.
        case pong
        /// Say hello again.
        case resync
        /// The session is over, with the broker's words.
        case bye(BrokerRefusal?, words: String)
    }
}
