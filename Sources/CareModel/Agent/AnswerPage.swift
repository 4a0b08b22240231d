/// Is one part of the answer to a question as an agent gets it.
public struct AnswerPage: Equatable, Sendable {
    /// Where the next part begins; empty if there is none.
    public var cursor = ""
    /// Referrals.
    public var referrals: [ReferralView] = []
    /// For one referral: its messages, oldest first.
    public var messages: [MessageView] = []
    /// Deliveries.
    public var trail: [DeliveryView] = []
    /// Those enrolled.
    public var directory: [DirectoryEntry] = []
    /// Directives.
    public var consents: [ConsentView] = []
    /// What consent would decide.
    public var decision: ConsentAdvice?
    /// What the broker vouches for about the message whose document was asked for.
    public var content: Envelope?
    /// A patient's history, each message with its document.
    public var timeline: [TimelineItem] = []
    /// Whether something was left out of the history, where the broker admits that.
    public var isPartial = false
    /// Who has seen a patient's data, oldest first.
    public var disclosures: [DisclosureView] = []
    /// Overrides of consent.
    public var breakGlasses: [BreakGlassView] = []
    /// The document that was asked for: of a message, or of a directive.
    public var document: Payload?

    /// Makes an empty part.
    public init() {}
}

/// Is one message of a patient's history, with its document.
public struct TimelineItem: Equatable, Sendable {
    /// What the broker vouches for.
    public var envelope: Envelope
    /// The document; nil if the message has none.
    public var document: Payload?

    /// Makes the item.
    public init(envelope: Envelope, document: Payload?) {
        self.envelope = envelope
        self.document = document
    }
}

/// Is one line of the accounting of a patient's disclosures as an agent sees it.
public struct DisclosureView: Equatable, Sendable {
    /// Its place in the audit log.
    public var sequence: UInt64
    /// What happened, as a code of the audit log.
    public var event: String
    /// When.
    public var at: Timestamp?
    /// Who got or asked for the data.
    public var agent: AgentID?
    /// On whose behalf the agent did it; told of one's own organisation only.
    public var actingFor: Person?
    /// For which organisation.
    public var organisation: OrganisationID?
    /// Which mailbox it went to.
    public var recipient: Mailbox?
    /// How it came out.
    public var outcome = ""
    /// What decided, in words.
    public var rule: String?
    /// What for, as a code of v3-ActReason.
    public var purpose: String?
    /// How often the patient's consent had changed by then; 0 if that was not told.
    public var consentEpoch: UInt32 = 0
    /// The message that was disclosed.
    public var message: MessageID?
    /// What that message is for.
    public var kind: Coded<MessageKind>?
    /// Whose message it is.
    public var fromOrganisation: OrganisationID?
    /// The referral's number, as a person may read it.
    public var referralNumber: ReferralNumber?

    /// Makes a line with nothing but its place and event.
    public init(sequence: UInt64, event: String) {
        self.sequence = sequence
        self.event = event
    }
}

/// Is an override of consent as an agent sees it.
public struct BreakGlassView: Equatable, Sendable {
    /// The broker's name for it.
    public var id: BreakGlassID
    /// Whose consent it overrides.
    public var patient: BusinessIdentifier?
    /// Who began it.
    public var agent: AgentID?
    /// For which organisation.
    public var organisation: OrganisationID?
    /// Why, in the words of who began it; may be clinical.
    public var words = ""
    /// When it began.
    public var startedAt: Timestamp?
    /// When it ends by itself.
    public var endsAt: Timestamp?
    /// When it was ended; nil while it holds.
    public var endedAt: Timestamp?
    /// Who judged it.
    public var reviewer: AgentID?
    /// For which organisation.
    public var reviewerOrganisation: OrganisationID?
    /// When it was judged.
    public var reviewedAt: Timestamp?
    /// What was found.
    public var finding: Coded<BreakGlass.Finding>?

    /// Makes an override of which nothing is known but its name.
    public init(id: BreakGlassID) { self.id = id }
}
