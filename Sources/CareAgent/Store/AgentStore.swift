public import CareModel
public import CareWire

/// Keeps an agent's mail in `agent.db`: outbox, inbox, patients' aliases, what is known of
/// referrals, and how far each stream was read.
///
/// Safe to use from several threads and several processes at once (a shell command beside
/// `careloop run`).
public final class AgentStore: Sendable {
    /// Opens or makes the mail in `directory`, which must be private to its owner.
    public init(directory: String) throws(AgentError) {
        preconditionFailure("not written yet")
    }

    // Outbox

    /// Is a message on its way out.
    public struct OutboxEntry: Sendable {
        /// The message's id.
        public var message: MessageID
        /// The envelope as it is sent, the same bytes each time.
        public var submit: WireSubmit
        /// The document.
        public var payload: Payload?
        /// When it was written.
        public var createdAt: Timestamp
        /// The broker's answer; nil while it waits.
        public var receipt: WireReceiptItem?
        /// When the answer came.
        public var answeredAt: Timestamp?
    }

    /// Puts a message into the outbox, durably.
    public func enqueue(
        _ submit: WireSubmit, payload: Payload?, at now: Timestamp
    ) throws(AgentError) { preconditionFailure("not written yet") }

    /// The messages that wait for an answer, oldest first.
    public func waiting() throws(AgentError) -> [OutboxEntry] { preconditionFailure() }

    /// Records the broker's answer. An answer that is retriable (busy) leaves the message waiting.
    public func record(
        _ receipt: WireReceiptItem, at now: Timestamp
    ) throws(AgentError) { preconditionFailure() }

    /// One message of the outbox; nil if there is none of that id.
    public func sent(_ message: MessageID) throws(AgentError) -> OutboxEntry? {
        preconditionFailure()
    }

    /// What was sent about a referral, oldest first.
    public func sent(about referral: ReferralID) throws(AgentError) -> [OutboxEntry] {
        preconditionFailure()
    }

    // Inbox

    /// Is a message that was collected.
    public struct InboxEntry: Sendable {
        /// What the broker vouches for, with the delivery it came by.
        public var deliver: WireDeliver
        /// The document, byte for byte.
        public var payload: Payload?
        /// When it was stored here.
        public var receivedAt: Timestamp
        /// When a person opened it; nil while nobody has.
        public var openedAt: Timestamp?
    }

    /// Stores a delivery, durably, and what it says of its referral. Storing the same message
    /// again only renews its delivery and fence.
    public func store(
        _ deliver: WireDeliver, payload: Payload?, at now: Timestamp
    ) throws(AgentError) { preconditionFailure() }

    /// The collected messages, newest first; those of one referral oldest first.
    public func inbox(
        about referral: ReferralID? = nil, unopenedOnly: Bool = false
    ) throws(AgentError) -> [InboxEntry] { preconditionFailure() }

    /// One collected message; nil if there is none of that id.
    public func received(_ message: MessageID) throws(AgentError) -> InboxEntry? {
        preconditionFailure()
    }

    /// Remembers that a person opened a message; the broker is told at the next exchange.
    public func open(_ message: MessageID, at now: Timestamp) throws(AgentError) {
        preconditionFailure()
    }

    // Referrals

    /// Remembers what is newest of a referral; an older version changes nothing.
    public func remember(_ referral: WireReferral) throws(AgentError) { preconditionFailure() }

    /// What is known of a referral: by the broker's answers, by mail, by receipts.
    public func referral(_ id: ReferralID) throws(AgentError) -> WireReferral? {
        preconditionFailure()
    }

    /// The referral of a number as a person typed it; nil if this agent knows of none.
    public func referral(number: ReferralNumber) throws(AgentError) -> WireReferral? {
        preconditionFailure()
    }

    /// All known referrals, newest first.
    public func referrals() throws(AgentError) -> [WireReferral] { preconditionFailure() }

    // Patients

    /// Is a patient as this agent calls them.
    public struct Patient: Sendable {
        /// The local name, used on the command line.
        public var alias: String
        /// The identifier that envelopes carry.
        public var identifier: BusinessIdentifier
        /// The name, for display on this machine only; empty if unknown.
        public var name: String
        /// The date of birth, `YYYY-MM-DD`, for display only; empty if unknown.
        public var birthDate: String

        /// Makes the patient.
        public init(alias: String, identifier: BusinessIdentifier, name: String, birthDate: String) {
            self.alias = alias
            self.identifier = identifier
            self.name = name
            self.birthDate = birthDate
        }
    }

    /// Adds a patient, or changes what is known under the alias.
    public func put(_ patient: Patient) throws(AgentError) { preconditionFailure() }

    /// The patient of an alias; nil if there is none.
    public func patient(_ alias: String) throws(AgentError) -> Patient? { preconditionFailure() }

    /// All patients, by alias.
    public func patients() throws(AgentError) -> [Patient] { preconditionFailure() }

    /// Forgets an alias; false if there was none.
    public func removePatient(_ alias: String) throws(AgentError) -> Bool { preconditionFailure() }

    /// Which alias a referral of this agent is about; nil for those of others.
    public func patient(of referral: ReferralID) throws(AgentError) -> Patient? {
        preconditionFailure()
    }

    // Streams

    /// How far a stream was read: its epoch and last applied sequence; nil if never.
    public func cursor(_ stream: String) throws(AgentError) -> (epoch: UInt32, sequence: UInt64)? {
        preconditionFailure()
    }

    /// Remembers how far a stream was read.
    public func setCursor(
        _ stream: String, epoch: UInt32, sequence: UInt64
    ) throws(AgentError) { preconditionFailure() }
}
