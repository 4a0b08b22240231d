/// Is what the broker says to an agent: to be encoded as a `BrokerFrame`.
public enum BrokerSaying: Equatable, Sendable {
    /// The session is open.
    case welcome(Welcome)
    /// What became of submissions; only ever after the commit.
    case receipt([ReceiptItem])
    /// A leased delivery. The shell adds the payload.
    case deliver(Delivery, Message, Referral?, lease: Duration)
    /// The acknowledgement or refusal counts.
    case settled(DeliveryID, DeliveryState)
    /// The lease is not the newest; nothing was changed.
    case staleLease(DeliveryID, newest: Fence)
    /// Nothing more for this session now; so many wait that may not leave.
    case drained(waiting: Int)
    /// An answer.
    case answer(Answer, asker: Asker)
    /// What consent would say.
    case decision(Verdict)
    /// A message's payload again. The shell adds the payload.
    case content(Message, Referral?)
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

    /// Makes an empty status.
    public init() {}
}
