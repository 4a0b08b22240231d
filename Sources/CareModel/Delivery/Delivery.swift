/// Says which broker keeps a lease, and until when another must leave it alone.
public struct DeliveryLease: Equatable, Sendable {
    /// The broker whose session holds the delivery.
    public let owner: BrokerID
    /// When the lease has ended for everybody.
    public let until: Timestamp

    /// Makes the lease.
    public init(owner: BrokerID, until: Timestamp) {
        self.owner = owner
        self.until = until
    }
}

/// Is one message on its way to one mailbox.
public struct Delivery: Equatable, Sendable {
    /// Its number.
    public internal(set) var id: DeliveryID
    /// The row of the message it carries.
    public internal(set) var message: MessageNumber
    /// Whither.
    public let mailbox: Mailbox
    /// The thread whose order it keeps; nil for messages that keep none.
    public let thread: ThreadID?
    /// When it was queued first.
    public let queuedAt: Timestamp
    /// When it is given up if nobody collects it.
    public let expiresAt: Timestamp
    /// The dead letter that this one replays.
    public internal(set) var replayOf: DeliveryID?

    /// How far it has come; a lease ends with the state that it gave.
    public var state: DeliveryState {
        didSet { if !state.isLeased { lease = nil } }
    }
    /// Counts its leases; only who holds the newest is heard.
    public var fence: Fence
    /// Who keeps the newest lease, and until when; nil unless it is leased.
    public var lease: DeliveryLease?
    /// Not sent before.
    public var notBefore: Timestamp
    /// Leases granted.
    public var attempts: UInt32
    /// Leases that ended without an answer.
    public var failures: UInt32
    /// Leases whose agent went away while it held them.
    public var crashes: UInt32
    /// The agent of the newest lease.
    public var agent: AgentID?
    /// When the newest lease was granted.
    public var sentAt: Timestamp?
    /// When it reached a final state.
    public var settledAt: Timestamp?
    /// When a person opened it.
    public var displayedAt: Timestamp?
    /// Why it ended, or waits.
    public var code: String?

    /// Makes a delivery that waits in `state`.
    public init(
        id: DeliveryID, message: MessageNumber, mailbox: Mailbox, thread: ThreadID?,
        queuedAt: Timestamp, expiresAt: Timestamp, replayOf: DeliveryID? = nil,
        state: DeliveryState = .queued
    ) {
        self.id = id
        self.message = message
        self.mailbox = mailbox
        self.thread = thread
        self.queuedAt = queuedAt
        self.expiresAt = expiresAt
        self.replayOf = replayOf
        self.state = state
        fence = Fence(0)
        notBefore = queuedAt
        attempts = 0
        failures = 0
        crashes = 0
    }
}
