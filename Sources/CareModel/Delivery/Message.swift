/// Numbers the messages of one broker in the order of their commitment, from 1.
public struct MessageNumber: Hashable, Comparable, Sendable {
    /// The number.
    public let number: Int64
    /// Wraps the number.
    public init(_ number: Int64) { self.number = number }
    /// Orders by what the value stands for.
    public static func < (left: MessageNumber, right: MessageNumber) -> Bool {
        left.number < right.number
    }
}

/// Says what a message is for.
public enum MessageKind: Hashable, Sendable {
    /// Moves a referral.
    case move(ReferralMove)
    /// Records or replaces a consent directive.
    case consentPut
    /// Withdraws a consent directive.
    case consentRevoke
    /// Sends a dead letter again.
    case replay
    /// Made by the broker: a delivery ended without acknowledgement.
    case report
    /// Overrides consent in an emergency.
    case breakGlass
    /// Ends an override.
    case breakGlassEnd
    /// Judges another's override.
    case breakGlassReview
    /// Made by the broker: somebody has overridden a patient's consent.
    case breakGlassNotice

    /// Reads the name; nil for a kind this version does not know.
    public init?(_ text: String) {
        switch text {
        case "consent-put": self = .consentPut
        case "consent-revoke": self = .consentRevoke
        case "replay": self = .replay
        case "report": self = .report
        case "break-glass": self = .breakGlass
        case "break-glass-end": self = .breakGlassEnd
        case "break-glass-review": self = .breakGlassReview
        case "break-glass-notice": self = .breakGlassNotice
        default:
            guard let move = ReferralMove(rawValue: text) else { return nil }
            self = .move(move)
        }
    }

    /// The name as CLP/1 carries it.
    public var name: String {
        switch self {
        case .move(let move): move.rawValue
        case .consentPut: "consent-put"
        case .consentRevoke: "consent-revoke"
        case .replay: "replay"
        case .report: "report"
        case .breakGlass: "break-glass"
        case .breakGlassEnd: "break-glass-end"
        case .breakGlassReview: "break-glass-review"
        case .breakGlassNotice: "break-glass-notice"
        }
    }
}

/// Is an accepted message without its payload: what the broker vouches for.
public struct Message: Equatable, Sendable {
    /// Its place in the order of commitment.
    public internal(set) var number: MessageNumber
    /// The sender's name for it.
    public let id: MessageID
    /// What it is for.
    public let kind: MessageKind
    /// When the broker accepted it.
    public let acceptedAt: Timestamp
    /// Who sent it; nil for the broker.
    public let sender: AgentID?
    /// The sender's organisation; nil for the broker.
    public let organisation: OrganisationID?
    /// The thread it belongs to: that of what it is about, or of what a report is about.
    public let thread: ThreadID?
    /// Whom it is about; nil if it carries nothing about a patient.
    public let patient: PatientKey?
    /// The referral's state after it.
    public let state: ReferralState?
    /// The referral's version after it.
    public let version: UInt32
    /// The coded reason it gives.
    public let reason: ReasonCode?
    /// When it is given up.
    public var expiresAt: Timestamp
    /// What else its kind carries.
    public let details: MessageDetails
    /// The payload's media type; nil without a payload.
    public let payloadType: String?
    /// SHA-256 of the payload; nil without a payload.
    public var payloadHash: [UInt8]?
    /// The payload's length.
    public var payloadByteCount: Int

    /// Makes the message.
    public init(
        number: MessageNumber, id: MessageID, kind: MessageKind, acceptedAt: Timestamp,
        sender: AgentID?, organisation: OrganisationID?, thread: ThreadID?,
        patient: PatientKey?, state: ReferralState?, version: UInt32, reason: ReasonCode?,
        expiresAt: Timestamp, details: MessageDetails = MessageDetails(),
        payloadType: String? = nil,
        payloadHash: [UInt8]? = nil, payloadByteCount: Int = 0
    ) {
        self.number = number
        self.id = id
        self.kind = kind
        self.acceptedAt = acceptedAt
        self.sender = sender
        self.organisation = organisation
        self.thread = thread
        self.patient = patient
        self.state = state
        self.version = version
        self.reason = reason
        self.expiresAt = expiresAt
        self.details = details
        self.payloadType = payloadType
        self.payloadHash = payloadHash
        self.payloadByteCount = payloadByteCount
    }
}

extension Message {
    /// Whether it had a document that can no longer be read.
    public var isErased: Bool { payloadType != nil && payloadHash == nil }
}

/// Is what only some kinds of message carry.
public struct MessageDetails: Equatable, Sendable {
    /// The appointment, with schedule.
    public var appointment: Appointment?
    /// The answer is wanted by, or the visit expected by.
    public var dueAt: Timestamp?
    /// Whether nothing goes on without the answer.
    public var isBlocking = false
    /// In which part the sender acted.
    public var actingAs: ReferralActor?
    /// For whom a coordinator acted.
    public var onBehalfOf: ReferralActor?
    /// The ended delivery that a report is about.
    public var report: DeliveryReport?
    /// Whom a payload is about, as its sender's envelope named them; recipients answer with the same.
    public var patient: BusinessIdentifier?

    /// Makes empty details.
    public init() {}
}

/// Tells a sender that a delivery ended without acknowledgement.
public struct DeliveryReport: Equatable, Sendable {
    /// The sender's name for the message.
    public let message: MessageID
    /// Whither it was to go.
    public let mailbox: Mailbox
    /// How it ended.
    public let state: DeliveryState
    /// Why.
    public let code: String

    /// Makes the report.
    public init(message: MessageID, mailbox: Mailbox, state: DeliveryState, code: String) {
        self.message = message
        self.mailbox = mailbox
        self.state = state
        self.code = code
    }
}
