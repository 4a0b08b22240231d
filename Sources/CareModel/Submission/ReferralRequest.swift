/// Opens a referral.
public struct ReferralRequest: SubmissionBody {
    /// Its id, made by the initiator's agent.
    public var referral: ReferralID
    /// Whom it is about.
    public var patient: NamedPatient
    /// How soon.
    public var priority: Priority
    /// Whither.
    public var to: Mailbox?
    /// Where answers go; nil for the agent's own mailbox.
    public var replyTo: Mailbox?
    /// The leg before.
    public var previous: ReferralID?
    /// Whether a second open referral is meant.
    public var allowsDuplicate = false
    /// Why, and what else it says.
    public var terms = MoveTerms()

    /// Makes a request that says no more than who and how soon.
    public init(referral: ReferralID, patient: NamedPatient, priority: Priority) {
        self.referral = referral
        self.patient = patient
        self.priority = priority
    }

    /// Says that it is a request.
    public var kind: MessageKind { .move(.request) }
    /// The referral's own.
    public func thread(of id: MessageID) -> ThreadID? { .referral(referral) }
    /// True: who is asked must know why.
    public var needsDocument: Bool { true }
    /// Those of its terms.
    public var times: [Timestamp] { terms.times }
}

/// Is what a move of a referral may say, whichever it is.
public struct MoveTerms: Equatable, Sendable {
    /// Why.
    public var reason: ReasonCode?
    /// The appointment, with schedule.
    public var appointment: Appointment?
    /// The answer is wanted by, or the visit expected by.
    public var dueAt: Timestamp?
    /// Whether nothing goes on without the answer.
    public var isBlocking = false
    /// For whom a coordinator acts.
    public var onBehalfOf: ReferralActor?

    /// Makes terms that say nothing.
    public init() {}

    /// The times it names.
    public var times: [Timestamp] {
        [dueAt, appointment?.start, appointment?.end].compactMap(\.self)
    }
}
