public import CareModel

/// Keeps an agent's mail: what waits to be sent, what was collected, what is known of referrals, and
/// how far each stream was read.
///
/// What ``commit(_:at:)`` and ``enqueue(_:at:sendBefore:)`` return from is durable: a delivery is
/// acknowledged afterwards and then exists nowhere else. Safe to use from several threads at once.
public protocol Mail: AnyObject, Sendable {
    // MARK: What is sent

    /// Puts a message into the outbox.
    ///
    /// The same message again changes nothing. A request makes its referral known as a draft.
    ///
    /// - Parameter sendBefore: when the message is forgotten if it has no answer; nil for never.
    /// - Throws: `.invalid` for a message with the id of another message.
    func enqueue(_ draft: Draft, at now: Timestamp, sendBefore: Timestamp?) throws(AgentError)

    /// The messages that wait for an answer, oldest first.
    func waiting(at now: Timestamp) throws(AgentError) -> [OutboxEntry]

    /// The next messages that wait, after the place `place`, without their documents.
    func waiting(
        after place: Int64, limit: Int, at now: Timestamp
    ) throws(AgentError) -> [WaitingMessage]

    /// One message of the outbox; nil if there is none of that id.
    func sent(_ message: MessageID) throws(AgentError) -> OutboxEntry?

    /// What was sent about a referral, oldest first.
    func sent(about referral: ReferralID) throws(AgentError) -> [OutboxEntry]

    /// Takes a message back that has no answer yet; false if it has one, or there is none.
    ///
    /// The broker may have it all the same, if it was sent.
    func discard(_ message: MessageID) throws(AgentError) -> Bool

    // MARK: What was collected

    /// The collected messages, newest first; those of one referral oldest first.
    func inbox(
        about referral: ReferralID?, unopenedOnly: Bool
    ) throws(AgentError) -> [InboxEntry]

    /// One collected message; nil if there is none of that id.
    func received(_ message: MessageID) throws(AgentError) -> InboxEntry?

    /// Remembers that a person opened a message; the broker is told in the next session.
    ///
    /// The first time counts.
    ///
    /// - Throws: `.notFound` if the message was never collected here.
    func open(
        _ message: MessageID, by person: Person?, at now: Timestamp
    ) throws(AgentError)

    /// The opened messages that the broker has not been told of, oldest first.
    func untoldDisplays(limit: Int) throws(AgentError) -> [OpenedDelivery]

    /// The stored messages of which nobody knows whether the broker has their acknowledgement.
    func unsettled(limit: Int) throws(AgentError) -> [DeliveryRight]

    // MARK: What is known

    /// Remembers what is newest of a referral; an older version changes nothing.
    func remember(_ referral: ReferralView) throws(AgentError)

    /// What is known of a referral: by the broker's answers, by mail, by receipts.
    ///
    /// Of what only mail or a receipt told, the rest is empty: the allowed moves above all, and
    /// the worklist. A referral that the broker has not accepted yet is a draft of version 0.
    func referral(_ id: ReferralID) throws(AgentError) -> ReferralView?

    /// All known referrals, newest first.
    func referrals() throws(AgentError) -> [ReferralView]

    /// How far a stream was read; nil if never.
    func cursor(_ stream: StreamName) throws(AgentError) -> StreamCursor?

    // MARK: What a session brings

    /// Writes all that one turn of a session brought, whole or not at all.
    ///
    /// An empty batch is a good moment for what was put off.
    func commit(_ batch: MailBatch, at now: Timestamp) throws(AgentError) -> MailChange
}

extension Mail {
    /// Puts a message into the outbox that may wait as long as it takes.
    public func enqueue(_ draft: Draft, at now: Timestamp) throws(AgentError) {
        try enqueue(draft, at: now, sendBefore: nil)
    }

    /// The messages that wait for an answer now, oldest first.
    public func waiting() throws(AgentError) -> [OutboxEntry] {
        try waiting(at: AgentIDs.system.now())
    }

    /// How many messages wait for an answer now.
    public func waitingCount() throws(AgentError) -> Int { try waiting().count }

    /// The referral of a number as a person typed it; nil if this agent knows of none.
    public func referral(number: ReferralNumber) throws(AgentError) -> ReferralView? {
        try referrals().first { $0.number == number }
    }

    /// The collected messages, newest first.
    public func inbox(unopenedOnly: Bool = false) throws(AgentError) -> [InboxEntry] {
        try inbox(about: nil, unopenedOnly: unopenedOnly)
    }

    /// The collected messages of a referral, oldest first.
    public func inbox(about referral: ReferralID) throws(AgentError) -> [InboxEntry] {
        try inbox(about: referral, unopenedOnly: false)
    }

    /// Remembers that somebody opened a message.
    public func open(_ message: MessageID, at now: Timestamp) throws(AgentError) {
        try open(message, by: nil, at: now)
    }

    /// Stores a delivery, durably, and what it says of its referral.
    ///
    /// Storing the same message again renews its delivery and fence, and its document: copies may
    /// differ in what consent has left of them, and the newest counts.
    public func store(_ arrival: Arrival, at now: Timestamp) throws(AgentError) {
        var batch = MailBatch()
        batch.arrivals = [arrival]
        _ = try commit(batch, at: now)
    }

    /// Records the broker's answer.
    ///
    /// An answer that is retriable (busy) leaves the message waiting.
    public func record(_ receipt: Receipt, at now: Timestamp) throws(AgentError) {
        var batch = MailBatch()
        batch.receipts = [receipt]
        _ = try commit(batch, at: now)
    }

    /// Remembers how far a stream was read.
    public func setCursor(
        _ stream: StreamName, epoch: UInt32, sequence: UInt64
    ) throws(AgentError) {
        var batch = MailBatch()
        batch.cursors = [stream: StreamCursor(epoch: epoch, sequence: sequence)]
        _ = try commit(batch, at: Timestamp(milliseconds: 0))
    }
}

/// Is a message on its way out.
public struct OutboxEntry: Equatable, Sendable {
    /// What is sent, the same each time.
    public var draft: Draft
    /// When it was written.
    public var createdAt: Timestamp
    /// The broker's answer; nil while it waits.
    public var receipt: Receipt?
    /// When the answer came.
    public var answeredAt: Timestamp?
    /// When it is too late to send it; nil if it may wait.
    public var sendBefore: Timestamp?

    /// Makes the entry.
    public init(
        draft: Draft, createdAt: Timestamp, receipt: Receipt? = nil,
        answeredAt: Timestamp? = nil, sendBefore: Timestamp? = nil
    ) {
        self.draft = draft
        self.createdAt = createdAt
        self.receipt = receipt
        self.answeredAt = answeredAt
        self.sendBefore = sendBefore
    }

    /// The message's name.
    public var message: MessageID { draft.message }

    /// Whether it is still to be sent.
    func waits(at now: Timestamp) -> Bool {
        answeredAt == nil && sendBefore.map { $0 > now } != false
    }
}

/// Is where a waiting message stands, without its document.
public struct WaitingMessage: Equatable, Sendable {
    /// Its place in the outbox; later messages have greater ones.
    public let place: Int64
    /// Its name.
    public let message: MessageID
    /// The referral whose order it keeps.
    public let referral: ReferralID?
    /// The document's length.
    public let byteCount: Int

    /// Makes it.
    public init(place: Int64, message: MessageID, referral: ReferralID?, byteCount: Int) {
        self.place = place
        self.message = message
        self.referral = referral
        self.byteCount = byteCount
    }
}

/// Is a message that was collected.
public struct InboxEntry: Equatable, Sendable {
    /// What came: what the broker vouches for, and the document, byte for byte.
    public var arrival: Arrival
    /// When it was stored here.
    public var receivedAt: Timestamp
    /// When a person opened it; nil while nobody has.
    public var openedAt: Timestamp?
    /// Why the document is no longer here; nil while the message stands.
    public var ending: Ending?

    /// Makes the entry.
    public init(
        arrival: Arrival, receivedAt: Timestamp, openedAt: Timestamp? = nil, ending: Ending? = nil
    ) {
        self.arrival = arrival
        self.receivedAt = receivedAt
        self.openedAt = openedAt
        self.ending = ending
    }

    /// What the broker vouches for.
    public var envelope: Envelope { arrival.envelope }

    /// The document; nil if there is none, or it is no longer here.
    public var payload: Payload? { arrival.payload }

    /// Says why a copy was taken back before the broker had its acknowledgement.
    ///
    /// A copy that nobody had opened is not listed any more.
    public enum Ending: String, Sendable {
        /// Consent was withdrawn.
        case recalled
        /// The delivery ended, or somebody else has it now.
        case lapsed
    }
}

/// Is what one turn of a session brings to the mail, in the order of its members.
public struct MailBatch: Equatable, Sendable {
    /// Deliveries.
    public var arrivals: [Arrival] = []
    /// Deliveries whose acknowledgement counts.
    public var settled: [DeliveryRight] = []
    /// Copies whose lease ended without an acknowledgement that counts.
    public var putAway: [DeliveryRight] = []
    /// Copies that were recalled.
    public var erased: [DeliveryRight] = []
    /// Answers to messages.
    public var receipts: [Receipt] = []
    /// Deliveries of which the broker knows that a person has opened them.
    public var displaysKnown: [DeliveryID] = []
    /// What streams told.
    public var events: [StreamEvent] = []
    /// How far streams were read; within an epoch that never goes back: of two programs that
    /// follow a stream, one may be behind.
    public var cursors: [StreamName: StreamCursor] = [:]

    /// Makes an empty batch.
    public init() {}

    /// Whether there is nothing to write.
    public var isEmpty: Bool {
        arrivals.isEmpty && settled.isEmpty && putAway.isEmpty && erased.isEmpty
            && receipts.isEmpty && displaysKnown.isEmpty && events.isEmpty && cursors.isEmpty
    }
}

/// Is what a turn has changed in the inbox.
public struct MailChange: Equatable, Sendable {
    /// Messages that were not in the inbox before.
    public var new: Set<MessageID> = []
    /// Messages whose copies are gone from it.
    public var recalled: [MessageID] = []

    /// Makes an empty change.
    public init() {}
}
