/// Is what an agent says to the broker: a decoded `AgentFrame`.
public enum AgentSaying: Equatable, Sendable {
    /// Opens a session.
    case hello(Hello)
    /// Hands over something durable.
    case submit(Submission)
    /// Allows more deliveries.
    case credit(messages: UInt32, byteCount: UInt64, drain: Bool)
    /// Has stored a delivery, or a person has opened it.
    case ack(DeliveryID, Fence, displayed: Bool)
    /// Will not have a delivery.
    case refuse(DeliveryID, Fence, reason: String)
    /// Cannot take a delivery now.
    case `defer`(DeliveryID, Fence, notBefore: Timestamp)
    /// Needs more time for a delivery.
    case extend(DeliveryID, Fence)
    /// Asks.
    case query(Question, page: Page)
    /// Wants a stream's topic.
    case subscribe(StreamName)
    /// Wants events it has missed.
    case fetch(StreamName, epoch: UInt32, from: UInt64, to: UInt64)
    /// Is there.
    case ping
    /// Is there, as asked.
    case pong
    /// Goes.
    case bye
    /// Says something the broker cannot take; the refusal says why.
    case unusable(Refusal)
}

/// Is the first thing an agent says.
public struct Hello: Equatable, Sendable {
    /// Who it says it is; must agree with its key.
    public let agent: AgentID
    /// The process, 16 random bytes: a second hello of the same one ends the first session.
    public let instance: UUIDBytes
    /// The protocol versions it speaks.
    public let versions: [UInt32]
    /// Name and version of the program.
    public let program: String

    /// Makes the hello.
    public init(agent: AgentID, instance: UUIDBytes, versions: [UInt32], program: String) {
        self.agent = agent
        self.instance = instance
        self.versions = versions
        self.program = program
    }
}

/// Is something durable that an agent hands over, with what the broker's shell found out about it.
public struct Submission: Equatable, Sendable {
    /// The sender's name for it.
    public var id: MessageID
    /// What it is for.
    public var kind: MessageKind
    /// The referral it moves.
    public var referral: ReferralID?
    /// The version the sender saw.
    public var expectedVersion: UInt32 = 0
    /// Whom it is about, as a keyed hash; nil if the envelope names nobody.
    public var patient: PatientKey?
    /// The same as the sender wrote it.
    public var patientIdentifier: BusinessIdentifier?
    /// Whither, with request and redirect.
    public var to: Mailbox?
    /// Where answers go, with request.
    public var replyTo: Mailbox?
    /// How soon, with request.
    public var priority: Priority?
    /// Why.
    public var reason: ReasonCode?
    /// When to give it up.
    public var expiresAt: Timestamp?
    /// The appointment, with schedule.
    public var appointment: Appointment?
    /// The answer is wanted by, or the visit expected by.
    public var dueAt: Timestamp?
    /// Whether nothing goes on without the answer.
    public var isBlocking = false
    /// For whom a coordinator acts.
    public var onBehalfOf: ReferralActor?
    /// The leg before, with request; the leg after, with redirect.
    public var otherLeg: ReferralID?
    /// Whether a second open referral is meant.
    public var allowsDuplicate = false
    /// The payload's media type; nil without a payload.
    public var payloadType: String?
    /// The document.
    public var payload: Payload?
    /// The directive, with consent-put and consent-revoke.
    public var consent: ConsentID?
    /// The dead letter, with replay.
    public var delivery: DeliveryID?
    /// The override, with break-glass-end and break-glass-review.
    public var breakGlass: BreakGlassID?
    /// Why consent must be overridden, in words, with break-glass; 10 to 1,000 bytes.
    public var words: String?
    /// What was found, with break-glass-review.
    public var finding: BreakGlass.Finding?

    /// SHA-256 over envelope and payload: what "the same content" means.
    public var contentHash: [UInt8] = []
    /// SHA-256 of the payload.
    public var payloadHash: [UInt8]?
    /// What the payload's inspection found; nil without a payload.
    public var contents: [ContentItem]?
    /// Why the payload cannot be taken.
    public var payloadRefusal: Refusal?
    /// The directive in the payload, with consent-put.
    public var directive: ConsentDirective?

    /// Makes a submission with nothing but its name and purpose.
    public init(id: MessageID, kind: MessageKind) {
        self.id = id
        self.kind = kind
    }
}
