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
        /// Asks a question the shell has given a number; only for an agent that is called.
        case ask(question: UInt64)
        /// The call is over, answered or not: nothing is expected any more.
        case giveUp
        /// Says goodbye.
        case leave
        /// Messages wait in the outbox, oldest first, each reported once.
        case queued([OutgoingMessage])
        /// A person opened messages; reported until the plan says that the broker knows.
        case displayed([Lease])
        /// Deliveries are in the store, durably.
        case stored([Lease])
        /// Deliveries of earlier sessions are in the store, and nobody knows whether their
        /// acknowledgement counts.
        case unsettled([Lease])
        /// A message of the outbox is not to be sent any more.
        case withdrawn(MessageID)
        /// The connection changed.
        case link(LinkChange)
        /// The broker said something on `ctl`.
        case heard(request: UInt64, Heard)
        /// Something came on `evt`: an event, or only how far the stream is.
        case event(StreamName, epoch: UInt32, sequence: UInt64, isHead: Bool)
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

    /// Is a right to settle a delivery.
    public struct Lease: Hashable, Sendable {
        /// The delivery.
        public let delivery: DeliveryID
        /// The fence that came with it.
        public let fence: Fence

        /// Makes it.
        public init(_ delivery: DeliveryID, _ fence: Fence) {
            self.delivery = delivery
            self.fence = fence
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

    /// Is what the broker says, as far as the core needs it.
    public enum Heard: Equatable, Sendable {
        /// The session is open.
        case welcome(heartbeat: Duration, payloadByteCountMax: UInt64, streams: [StreamName])
        /// What became of messages.
        case receipt([ReceiptNote])
        /// A delivery.
        case deliver(Lease, byteCount: Int)
        /// An acknowledgement counts.
        case settled(DeliveryID)
        /// It does not: the lease is over, and a newer fence may have been granted; 0 if unknown.
        case staleLease(DeliveryID, newest: Fence)
        /// A copy that nobody has acknowledged must not be kept.
        case recall(Lease)
        /// Nothing more for this session now.
        case drained(waiting: Int)
        /// The answer to a question.
        case answer
        /// Where a stream is, with how far the store says it was read.
        case topic(StreamName, token: [UInt8], epoch: UInt32, head: UInt64, cursor: Cursor?)
        /// Events that were asked for.
        case events(StreamName, epoch: UInt32, head: UInt64, sequences: [UInt64])
        /// Not done.
        case error(code: String, isRetriable: Bool, retryAfter: Duration)
        /// Are you there?
        case ping
        /// Is there.
        case pong
        /// Say hello again.
        case resync
        /// The session is over.
        case bye
    }

    /// Is a receipt item as far as the outbox needs it.
    public struct ReceiptNote: Equatable, Sendable {
        /// The message.
        public let message: MessageID
        /// When to send it again; nil if the answer is final.
        public let retryAfter: Duration?

        /// Makes it.
        public init(message: MessageID, retryAfter: Duration? = nil) {
            self.message = message
            self.retryAfter = retryAfter
        }
    }

    /// Is how far a stream was read.
    public struct Cursor: Equatable, Sendable {
        /// The epoch that the sequence belongs to.
        public let epoch: UInt32
        /// The last sequence that was applied; 0 for none.
        public let sequence: UInt64

        /// Makes it.
        public init(epoch: UInt32, sequence: UInt64) {
            self.epoch = epoch
            self.sequence = sequence
        }
    }
}
