/// Is what an agent may ask.
///
/// Every answer is authorised like a delivery.
public enum Question: Equatable, Sendable {
    /// Referrals of a list.
    case worklist(WorklistKind)
    /// One referral with its messages, by id.
    case referral(ReferralID)
    /// One referral with its messages, by number.
    case referralNumber(ReferralNumber)
    /// The deliveries of one message.
    case messageTrail(MessageID)
    /// The deliveries of a referral's messages.
    case referralTrail(ReferralID)
    /// A message's payload again.
    case content(MessageID)
    /// Who is enrolled.
    case directory(text: String)
    /// The directives of a patient that the asker's organisation recorded.
    case consents(PatientKey)
    /// What consent would say.
    case consentCheck(PatientKey, to: Mailbox)
    /// Deliveries that failed too often.
    case deadLetters
    /// All versions of a directive that the asker's organisation recorded, with its document.
    case consent(ConsentID)
    /// What the asker may see of a patient across organisations.
    case timeline(PatientKey)
    /// Who has seen a patient's data, and why.
    case disclosures(PatientKey)
    /// The overrides of consent that the asker may judge, those nobody has judged first.
    case breakGlasses
}

/// Says which referrals a worklist holds.
public enum WorklistKind: Equatable, Sendable {
    /// All that are open for the asker's organisation.
    case open
    /// Those addressed to one of these mailboxes that wait for their recipient.
    case inbox([Mailbox])
    /// All of the asker's organisation.
    case all
}

/// Asks for one part of a long answer.
public struct Page: Equatable, Sendable {
    /// How many rows, 1 to ``limitMax``.
    public let limit: Int
    /// Where the part before ended; empty for the first.
    public let cursor: String

    /// The cursor as a number, 0 for the first part; nil if it is none.
    public var number: Int64? {
        guard !cursor.isEmpty else { return 0 }
        guard let number = Int64(cursor), number > 0 else { return nil }
        return number
    }

    /// More rows than this never come at once.
    public static let limitMax = 200

    /// Makes the page; a limit of 0 or beyond the maximum becomes the maximum.
    public init(limit: Int = Page.limitMax, cursor: String = "") {
        self.limit = (1...Page.limitMax).contains(limit) ? limit : Page.limitMax
        self.cursor = cursor
    }
}

/// Is who asks: what a row's visibility is decided by.
public struct Asker: Equatable, Sendable {
    /// The agent.
    public let agent: AgentID
    /// Its organisation.
    public let organisation: OrganisationID
    /// What it may do.
    public let roles: Set<Role>
    /// The mailboxes it works.
    public let mailboxes: [Mailbox]

    /// Takes what matters from `agent`.
    public init(_ agent: Agent) {
        self.agent = agent.id
        organisation = agent.organisation
        roles = agent.roles
        mailboxes = agent.mailboxes
    }
}

/// Is an answer's rows.
public struct Answer: Equatable, Sendable {
    /// Where the next part begins; empty if there is none.
    public var cursor = ""
    /// Referrals, as the asker may see them.
    public var referrals: [Referral] = []
    /// For one referral: its messages, oldest first.
    public var messages: [Message] = []
    /// Deliveries.
    public var trail: [TrailEntry] = []
    /// Those enrolled.
    public var directory: [DirectoryEntry] = []
    /// Directives.
    public var consents: [ConsentRecord] = []
    /// Disclosures, oldest first.
    public var disclosures: [Disclosure] = []
    /// Overrides of consent.
    public var breakGlasses: [BreakGlass] = []
    /// Set instead of everything else if the question was refused.
    public var refusal: Refusal?

    /// Makes an empty answer.
    public init() {}
}

/// Is a delivery with what a person must know of its message.
public struct TrailEntry: Equatable, Sendable {
    /// The message.
    public let message: Message
    /// Its way to one mailbox.
    public let delivery: Delivery

    /// Makes the entry.
    public init(message: Message, delivery: Delivery) {
        self.message = message
        self.delivery = delivery
    }
}

/// Is one line of the directory.
public struct DirectoryEntry: Equatable, Sendable {
    /// Where to send.
    public let mailbox: Mailbox
    /// Its name for people.
    public let name: String
    /// Whose it is.
    public let organisation: OrganisationID
    /// The organisation's name for people.
    public let organisationName: String
    /// What it may do; empty for a service.
    public let roles: Set<Role>
    /// Whether it may still take part.
    public let isActive: Bool

    /// Makes the line.
    public init(
        mailbox: Mailbox, name: String, organisation: OrganisationID, organisationName: String,
        roles: Set<Role>, isActive: Bool
    ) {
        self.mailbox = mailbox
        self.name = name
        self.organisation = organisation
        self.organisationName = organisationName
        self.roles = roles
        self.isActive = isActive
    }
}

/// Is one line of the accounting of a patient's disclosures.
public struct Disclosure: Equatable, Sendable {
    /// What the audit log says.
    public let record: AuditRecord
    /// The message that was disclosed; nil if the event is about none.
    public let message: Message?

    /// Makes the line.
    public init(record: AuditRecord, message: Message?) {
        self.record = record
        self.message = message
    }
}
