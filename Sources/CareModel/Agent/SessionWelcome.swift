/// Is what the broker says of itself and of the agent when a session opens.
public struct SessionWelcome: Equatable, Sendable {
    /// Name and version of the broker.
    public var program = ""
    /// The agent's organisation.
    public var organisation: OrganisationID?
    /// What the agent may do.
    public var roles: [Coded<Role>] = []
    /// The mailboxes the agent collects from.
    public var mailboxes: [Mailbox] = []
    /// The broker's clock.
    public var now = Timestamp(milliseconds: 0)
    /// How often an agent must say something.
    public var heartbeat: Duration = .zero
    /// No payload may be longer.
    public var payloadByteCountMax: UInt64 = .max
    /// How long an override of consent holds; zero if that was not told.
    public var breakGlass: Duration = .zero
    /// Where `evt` is, as seen by the broker; nil if it does not know.
    public var eventsEndpoint: String?
    /// The streams the agent may follow.
    public var streams: [StreamName] = []

    /// Makes an empty welcome.
    public init() {}
}

/// Is one entry of a stream as an agent hears it: a wake-up, never clinical.
public struct StreamEvent: Equatable, Sendable {
    /// Its stream.
    public var stream: StreamName
    /// Its place, from 1 without a gap.
    public var sequence: UInt64
    /// What happened.
    public var kind: Coded<Event.Kind>?
    /// When.
    public var at: Timestamp?
    /// To which referral.
    public var referral: ReferralID?
    /// Where it stands.
    public var state: Coded<ReferralState>?
    /// Its version there; 0 without a referral.
    public var version: UInt32 = 0
    /// How soon.
    public var priority: Coded<Priority>?
    /// Who refers.
    public var initiator: OrganisationID?
    /// Who is asked.
    public var recipient: OrganisationID?
    /// Where it is addressed.
    public var to: Mailbox?
    /// The open due time.
    public var dueAt: Timestamp?
    /// The move that led here.
    public var move: Coded<ReferralMove>?
    /// With a delivery: its state.
    public var deliveryState: Coded<DeliveryState>?
    /// Whose move is next.
    public var waitsFor: Coded<WaitsFor>?

    /// Makes an entry with nothing but its place.
    public init(stream: StreamName, sequence: UInt64) {
        self.stream = stream
        self.sequence = sequence
    }
}
