/// Is a referral as an agent sees it.
public struct ReferralView: Equatable, Sendable {
    /// Which.
    public var id: ReferralID
    /// Where it stands; nil while nobody has told.
    public var state: Coded<ReferralState>?
    /// Its version; 0 for a draft that no broker has taken.
    public var version: UInt32 = 0
    /// How soon.
    public var priority: Coded<Priority>?
    /// Why it was made.
    public var reason: ReasonCode?
    /// Who refers.
    public var initiator: OrganisationID?
    /// Who is asked.
    public var recipient: OrganisationID?
    /// The recipient's mailbox.
    public var to: Mailbox?
    /// The initiator's mailbox.
    public var replyTo: Mailbox?
    /// Who has taken it on.
    public var assignee: AgentID?
    /// When it was made.
    public var requestedAt: Timestamp?
    /// When it moved last.
    public var updatedAt: Timestamp?
    /// The open due time.
    public var dueAt: Timestamp?
    /// The appointment.
    public var appointment: Appointment?
    /// Whose move is next, as the broker says.
    public var waitsFor: Coded<WaitsFor>?
    /// Why it is still open, as the broker says.
    public var worklist: Coded<Worklist>?
    /// What this agent may do with it, as the broker says.
    public var allowedMoves: [Coded<ReferralMove>] = []
    /// The leg before.
    public var previous: ReferralID?
    /// The leg after.
    public var next: ReferralID?
    /// Why it moved last.
    public var lastReason: ReasonCode?

    /// What people call it by.
    public var number: ReferralNumber { ReferralNumber(id) }

    /// Makes a referral of which nothing is known but its id.
    public init(id: ReferralID) { self.id = id }
}

/// Is one line of a referral's history as an agent sees it.
public struct MessageView: Equatable, Sendable {
    /// The sender's name for the message.
    public var id: MessageID
    /// What it is for.
    public var kind: Coded<MessageKind>
    /// When the broker took it.
    public var acceptedAt: Timestamp?
    /// Who sent it; nil for the broker.
    public var fromAgent: AgentID?
    /// The sender's organisation; nil for the broker.
    public var fromOrganisation: OrganisationID?
    /// The referral's state after it.
    public var state: Coded<ReferralState>?
    /// The referral's version after it.
    public var version: UInt32 = 0
    /// Why.
    public var reason: ReasonCode?
    /// The length of its document; 0 without one, 1 for any document of another organisation.
    public var payloadByteCount: UInt64 = 0

    /// Makes a line with nothing but name and kind.
    public init(id: MessageID, kind: Coded<MessageKind>) {
        self.id = id
        self.kind = kind
    }
}

/// Is one message's way to one mailbox as an agent sees it.
public struct DeliveryView: Equatable, Sendable {
    /// The delivery.
    public var id: DeliveryID
    /// The message.
    public var message: MessageID?
    /// What the message is for.
    public var kind: Coded<MessageKind>?
    /// The message's referral.
    public var referral: ReferralID?
    /// Whither it goes.
    public var mailbox: Mailbox?
    /// Where it stands.
    public var state: Coded<DeliveryState>?
    /// Why.
    public var code: String?
    /// How often it was sent.
    public var attempts: UInt32 = 0
    /// How often that failed.
    public var failures: UInt32 = 0
    /// When it began to wait.
    public var queuedAt: Timestamp?
    /// When it was sent last.
    public var sentAt: Timestamp?
    /// When it ended.
    public var settledAt: Timestamp?
    /// When a person opened it.
    public var displayedAt: Timestamp?
    /// When it is sent again.
    public var nextAttemptAt: Timestamp?
    /// Who collected it.
    public var agent: AgentID?
    /// The dead letter that it repeats.
    public var replayOf: DeliveryID?

    /// Makes a delivery of which nothing is known but its number.
    public init(id: DeliveryID) { self.id = id }
}
