/// Is a referral as the broker knows it: where it stands, between whom, and since when.
///
/// Holds nothing clinical; that is in the payloads.
public struct Referral: Equatable, Sendable {
    /// Its id, made by the initiator's agent.
    public let id: ReferralID
    /// Whom it is about.
    public let patient: PatientKey
    /// The organisation that refers.
    public let initiator: OrganisationID
    /// Where answers go: a mailbox of the initiator.
    public let replyTo: Mailbox
    /// The organisation asked to see the patient.
    public let recipient: OrganisationID
    /// Where it was addressed: a mailbox of the recipient.
    public let to: Mailbox
    /// How soon.
    public let priority: Priority
    /// Why, in one code.
    public let reason: ReasonCode
    /// When the broker accepted it.
    public let requestedAt: Timestamp
    /// The leg before this one.
    public let previous: ReferralID?

    /// Where it stands.
    public var state: ReferralState
    /// Where it goes back to after a question, a pause or a refused cancellation, outermost first:
    /// a wish to cancel may come while a question is open.
    public var resumeStates: [ReferralState] = []
    /// Counts the moves; 1 after request.
    public var version: UInt32
    /// The last move's time.
    public var updatedAt: Timestamp
    /// The last move's coded reason.
    public var lastReason: ReasonCode?
    /// The agent that accepted it.
    public var assignee: AgentID?
    /// The appointment that stands.
    public var appointment: Appointment?
    /// When the open question wants its answer, or the visit is expected.
    public var dueAt: Timestamp?
    /// The leg after this one.
    public var next: ReferralID?

    /// Makes a referral at its first move.
    public init(
        id: ReferralID, patient: PatientKey, initiator: OrganisationID, replyTo: Mailbox,
        recipient: OrganisationID, to: Mailbox, priority: Priority, reason: ReasonCode,
        requestedAt: Timestamp, previous: ReferralID? = nil
    ) {
        self.id = id
        self.patient = patient
        self.initiator = initiator
        self.replyTo = replyTo
        self.recipient = recipient
        self.to = to
        self.priority = priority
        self.reason = reason
        self.requestedAt = requestedAt
        self.previous = previous
        state = .requested
        version = 1
        updatedAt = requestedAt
    }

    /// The number people say.
    public var number: ReferralNumber { ReferralNumber(id) }
}

/// Is the time agreed with the patient.
public struct Appointment: Equatable, Sendable {
    /// When it begins.
    public let start: Timestamp
    /// When it ends; not before the start.
    public let end: Timestamp

    /// Makes the appointment; nil if it would end before it begins.
    public init?(start: Timestamp, end: Timestamp) {
        guard start <= end else { return nil }
        self.start = start
        self.end = end
    }
}
