/// Is something durable that an agent hands over, with what the broker's shell found out about it.
///
/// The head is the same for all; the body is its kind's.
public struct Submission: Equatable, Sendable {
    /// The sender's name for it.
    public var id: MessageID
    /// Whom it is about; nil if the envelope names nobody.
    public var patient: NamedPatient?
    /// When to give it up.
    public var expiresAt: Timestamp?
    /// What it carries; nil without a payload.
    public var document: Document?
    /// SHA-256 over envelope and payload: what "the same content" means.
    public var contentHash: [UInt8] = []
    /// What it is for.
    public var body: Body

    /// Makes a submission without a document.
    public init(id: MessageID, patient: NamedPatient? = nil, body: Body) {
        self.id = id
        self.patient = patient
        self.body = body
    }

    /// What it is for, as its message will say.
    public var kind: MessageKind { body.content.kind }

    /// The thread it belongs to; nil if it does not name one.
    public var thread: ThreadID? { body.content.thread(of: id) }

    /// Why it cannot be taken, as far as reading it tells.
    public var refusal: Refusal? {
        if case .unreadable(let body) = body { return body.refusal }
        return document?.refusal
    }
}

extension Submission {
    /// Is what only submissions of one kind say; a new kind is a new case here.
    public indirect enum Body: Equatable, Sendable {
        /// Opens a referral.
        case request(ReferralRequest)
        /// Moves a referral.
        case change(ReferralChange)
        /// Records or replaces a directive.
        case record(DirectiveRecord)
        /// Withdraws a directive.
        case withdrawal(DirectiveWithdrawal)
        /// Sends a dead letter again.
        case replay(Replay)
        /// Overrides consent in an emergency.
        case overrideStart(OverrideStart)
        /// Ends an override.
        case overrideEnd(OverrideEnd)
        /// Judges another's override.
        case overrideReview(OverrideReview)
        /// Nothing that can be carried out.
        case unreadable(UnreadableSubmission)

        /// What every kind tells of itself.
        public var content: any SubmissionBody {
            switch self {
            case .request(let body): body
            case .change(let body): body
            case .record(let body): body
            case .withdrawal(let body): body
            case .replay(let body): body
            case .overrideStart(let body): body
            case .overrideEnd(let body): body
            case .overrideReview(let body): body
            case .unreadable(let body): body
            }
        }
    }

    /// Is the document of a submission.
    public struct Document: Equatable, Sendable {
        /// The bytes.
        public var payload: Payload
        /// The media type the sender gave.
        public var type: String?
        /// SHA-256 of the payload; nil until the shell has taken it.
        public var hash: [UInt8]?
        /// What inspection found; nil until it has looked.
        public var contents: [ContentItem]?
        /// The directive in it, if it is to be recorded.
        public var directive: ConsentDirective?
        /// Why it cannot be taken.
        public var refusal: Refusal?

        /// Makes a document nobody has looked into.
        public init(_ payload: Payload, type: String? = nil) {
            self.payload = payload
            self.type = type
        }
    }
}

/// Is a patient as an envelope names one.
public struct NamedPatient: Equatable, Sendable {
    /// The broker's keyed hash.
    public var key: PatientKey
    /// What the sender wrote.
    public var identifier: BusinessIdentifier

    /// Names the patient.
    public init(key: PatientKey, identifier: BusinessIdentifier) {
        self.key = key
        self.identifier = identifier
    }
}
