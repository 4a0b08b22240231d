/// Is what the broker says to an agent: to be encoded as a `BrokerFrame`.
///
/// What it holds is shared by its copies.
public indirect enum BrokerSaying: Equatable, Sendable {
    /// The session is open.
    case welcome(Welcome)
    /// What became of submissions; only ever after the commit.
    case receipt([ReceiptItem])
    /// A leased delivery. The shell adds the payload, without what the redaction takes out.
    case deliver(Delivery, Message, Referral?, Redaction?, lease: Duration)
    /// A copy handed over and not acknowledged must not be kept: the lease is over.
    case recall(DeliveryID, Fence)
    /// The acknowledgement or refusal counts.
    case settled(DeliveryID, DeliveryState)
    /// The lease is not the newest; nothing was changed.
    case staleLease(DeliveryID, newest: Fence)
    /// Nothing more for this session now; so many wait that may not leave.
    case drained(waiting: Int)
    /// An answer.
    case answer(Answer, asker: Asker)
    /// What consent would say.
    case decision(ConsentDecision)
    /// A message's payload again. The shell adds the payload, without what the redaction takes out.
    case content(Message, Referral?, Redaction?)
    /// A part of a patient's history. The shell adds the documents, one after the other.
    case timeline(Timeline)
    /// All versions of a directive, oldest first. The shell adds the newest one's document.
    case consent([ConsentRecord])
    /// Where a stream is on `evt` and how to open it.
    case topic(Stream)
    /// Events that were missed.
    case events(Stream, [SequencedEvent])
    /// Is there, as asked.
    case pong
    /// Are you there?
    case ping
    /// No session: say hello again.
    case resync
    /// The session is over.
    case bye(Refusal)
    /// Not done.
    case error(Refusal)
    /// What was said about a delivery, in that request, is not done.
    case errorAbout(DeliveryID, Refusal, request: UInt64)
    /// An operator's command is done, or not.
    case administered(Administered)
}

/// Opens a session.
public struct Welcome: Equatable, Sendable {
    /// Names the session.
    public let session: UUIDBytes
    /// The chosen protocol version.
    public let version: UInt32
    /// Who the agent is to the broker.
    public let agent: Agent
    /// The broker's time.
    public let now: Timestamp
    /// The heads of the agent's own streams.
    public let streams: [Stream]

    /// Makes the welcome.
    public init(
        session: UUIDBytes, version: UInt32, agent: Agent, now: Timestamp, streams: [Stream]
    ) {
        self.session = session
        self.version = version
        self.agent = agent
        self.now = now
        self.streams = streams
    }
}

/// Is what became of one submission.
///
/// The same for ever, whoever asks again.
public struct ReceiptItem: Equatable, Sendable {
    /// Says how a submission came out.
    public enum Outcome: String, Sendable {
        /// Done, and on disk.
        case accepted
        /// Nothing to do: it was so already.
        case unchanged
        /// Not done.
        case refused
    }

    /// The sender's name for the message.
    public var message: MessageID
    /// How it came out.
    public var outcome: Outcome
    /// Whether this answer was given before.
    public var isDuplicate = false
    /// The referral it moved.
    public var referral: ReferralID?
    /// The referral's state after it.
    public var state: ReferralState?
    /// The referral's version after it.
    public var version: UInt32 = 0
    /// Why it was refused.
    public var refusal: Refusal?
    /// The directive it recorded or withdrew.
    public var consent: ConsentID?
    /// What the broker attests of that; it signs this text.
    public var statement: String?
    /// The override it began, ended or judged.
    public var breakGlass: BreakGlassID?
    /// The new delivery of a replay.
    public var delivery: DeliveryID?

    /// Makes an item with nothing but its outcome.
    public init(message: MessageID, outcome: Outcome) {
        self.message = message
        self.outcome = outcome
    }
}

/// Is what an operator asks on the broker's own machine.
public enum AdminCommand: Equatable, Sendable {
    /// Enrols an organisation, or changes its name or identifiers.
    case enrolOrganisation(Organisation)
    /// Enrols a service, or changes its name.
    case enrolService(Service)
    /// Enrols an agent, or changes its name, key, roles or services.
    case enrolAgent(Agent)
    /// Takes an agent's key away for ever.
    case revokeAgent(AgentID)
    /// Lists everybody.
    case directory
    /// Tells how the broker is.
    case status
    /// Ends the broker in good order.
    case stop
    /// Takes a new master key into use; the shell has made it and says its version.
    case rotateKeys(version: Int)
    /// Destroys a patient's data key: for good, once a second operator has asked the same, or at
    /// once if the first is sure.
    case shred(PatientKey, operatorName: String, isSure: Bool)
    /// Something the broker cannot take; the refusal says why.
    case unusable(Refusal)
}

/// Is what became of an operator's command.
public enum Administered: Equatable, Sendable {
    /// Done, and on disk.
    case done
    /// It was so already.
    case unchanged
    /// Not done.
    case refused(Refusal)
    /// Everybody enrolled.
    case directory([DirectoryEntry])
    /// How the broker is.
    case status(BrokerStatus)
    /// A second operator has to ask the same before this time.
    case awaitsSecond(until: Timestamp)
}

/// Says how the broker is.
public struct BrokerStatus: Equatable, Sendable {
    /// Live sessions.
    public var sessions = 0
    /// Messages kept.
    public var messages = 0
    /// Deliveries that wait.
    public var queued = 0
    /// Deliveries that are leased.
    public var leased = 0
    /// Deliveries that failed too often.
    public var deadLetters = 0
    /// Deliveries that wait for consent.
    public var keptBack = 0
    /// Patients whose data key is still wrapped with an older master key.
    public var keysToRewrap = 0
    /// Events in the audit log.
    public var auditEvents = 0
    /// When the oldest delivery that waits was queued; nil if none waits.
    public var oldestQueuedAt: Timestamp?
    /// What the running broker has measured since it started.
    public var metrics: [MetricReading] = []

    /// Makes an empty status.
    public init() {}
}

/// Says what consent would decide, and whether an override would change it.
public struct ConsentDecision: Equatable, Sendable {
    /// What the directives and the implicit policy say for coordination of care.
    public let verdict: Verdict
    /// The same for break-glass.
    public let breakGlass: Verdict

    /// Makes the decision.
    public init(verdict: Verdict, breakGlass: Verdict) {
        self.verdict = verdict
        self.breakGlass = breakGlass
    }
}

/// Is a part of what an asker may see of a patient across organisations.
public struct Timeline: Equatable, Sendable {
    /// Is one message with its document.
    public struct Entry: Equatable, Sendable {
        /// The message.
        public let message: Message
        /// Its referral.
        public let referral: Referral?
        /// What is taken out of the document.
        public let redaction: Redaction?

        /// Makes the entry.
        public init(message: Message, referral: Referral?, redaction: Redaction?) {
            self.message = message
            self.referral = referral
            self.redaction = redaction
        }
    }

    /// The messages in the order of their acceptance.
    public var entries: [Entry] = []
    /// Where the next part begins; empty if there is none.
    public var cursor = ""
    /// Whether something was left out, where the deployment admits that.
    public var isPartial = false

    /// Makes an empty timeline.
    public init() {}
}
