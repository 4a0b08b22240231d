/// Names a stream of events: one for each organisation and one for each mailbox.
public enum StreamName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Everything that happens to an organisation's referrals.
    case organisation(OrganisationID)
    /// What arrives in a mailbox.
    case mailbox(Mailbox)

    /// Reads `organisation:ID`, `agent:ID` or `service:ID`; nil for anything else.
    public init?(_ text: String) {
        if let mailbox = Mailbox(text) {
            self = .mailbox(mailbox)
        } else if text.hasPrefix("organisation:"),
            let organisation = OrganisationID(text.dropFirst("organisation:".count))
        {
            self = .organisation(organisation)
        } else {
            return nil
        }
    }

    /// The name as CLP/1 carries it.
    public var description: String {
        switch self {
        case .organisation(let organisation): "organisation:\(organisation)"
        case .mailbox(let mailbox): mailbox.description
        }
    }
}

/// Is a stream as the broker keeps it.
public struct Stream: Equatable, Sendable {
    /// Its name.
    public let name: StreamName
    /// 16 random bytes: the prefix on `evt`.
    public let token: [UInt8]
    /// 32 random bytes: what its event bodies are sealed with.
    public let key: [UInt8]
    /// Changes only when the store is restored from a backup.
    public let epoch: UInt32
    /// The last committed sequence; 0 before the first.
    public var head: UInt64

    /// Makes a stream.
    public init(name: StreamName, token: [UInt8], key: [UInt8], epoch: UInt32, head: UInt64 = 0) {
        self.name = name
        self.token = token
        self.key = key
        self.epoch = epoch
        self.head = head
    }
}

/// Is one entry of a stream: a wake-up with enough in it to update a board.
///
/// Never a name, an identifier of a patient or clinical text.
public struct Event: Equatable, Sendable {
    /// Says what happened.
    public enum Kind: String, Sendable {
        /// A referral moved.
        case referral
        /// A message waits in the mailbox.
        case arrival
        /// A delivery reached another state.
        case delivery
    }

    /// Is what a board shows of the thread that the event belongs to.
    public enum Subject: Equatable, Sendable {
        /// A referral, as it is after the event.
        case referral(ReferralSummary)

        /// The referral, if it is one.
        public var referral: ReferralSummary? {
            switch self {
            case .referral(let summary): summary
            }
        }
    }

    /// What happened.
    public let kind: Kind
    /// When.
    public let at: Timestamp
    /// To what; nil for messages that are about nothing a board shows.
    public let subject: Subject?
    /// The move that led here.
    public let move: ReferralMove?
    /// With a delivery: its state.
    public let deliveryState: DeliveryState?

    /// Makes the event.
    public init(
        kind: Kind, at: Timestamp, subject: Subject?, move: ReferralMove? = nil,
        deliveryState: DeliveryState? = nil
    ) {
        self.kind = kind
        self.at = at
        self.subject = subject
        self.move = move
        self.deliveryState = deliveryState
    }
}

/// Is what a board shows of a referral.
public struct ReferralSummary: Equatable, Sendable {
    /// Which.
    public let id: ReferralID
    /// Where it stands.
    public let state: ReferralState
    /// Its version there.
    public let version: UInt32
    /// How soon.
    public let priority: Priority
    /// Who refers.
    public let initiator: OrganisationID
    /// Who is asked.
    public let recipient: OrganisationID
    /// Where it is addressed.
    public let to: Mailbox
    /// The open due time.
    public let dueAt: Timestamp?
    /// Whose move is next.
    public let waitsFor: WaitsFor

    /// Makes the summary.
    public init(
        id: ReferralID, state: ReferralState, version: UInt32, priority: Priority,
        initiator: OrganisationID, recipient: OrganisationID, to: Mailbox, dueAt: Timestamp?,
        waitsFor: WaitsFor
    ) {
        self.id = id
        self.state = state
        self.version = version
        self.priority = priority
        self.initiator = initiator
        self.recipient = recipient
        self.to = to
        self.dueAt = dueAt
        self.waitsFor = waitsFor
    }

    /// Takes what a board shows from `referral`.
    public init(_ referral: Referral) {
        self.init(
            id: referral.id, state: referral.state, version: referral.version,
            priority: referral.priority, initiator: referral.initiator,
            recipient: referral.recipient, to: referral.to, dueAt: referral.dueAt,
            waitsFor: referral.waitsFor)
    }
}

/// Is an event with its place in its stream.
public struct SequencedEvent: Equatable, Sendable {
    /// Its stream.
    public let stream: StreamName
    /// Its place, from 1 without a gap.
    public let sequence: UInt64
    /// What happened.
    public let event: Event

    /// Makes the entry.
    public init(stream: StreamName, sequence: UInt64, event: Event) {
        self.stream = stream
        self.sequence = sequence
        self.event = event
    }
}
