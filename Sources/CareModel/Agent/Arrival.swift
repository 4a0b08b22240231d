/// Is a delivery as its collector gets it: what the broker vouches for, with its document.
public struct Arrival: Equatable, Sendable {
    /// The delivery it came by.
    public var delivery: DeliveryID
    /// The number of the lease.
    public var fence: Fence
    /// The mailbox it was collected from.
    public var mailbox: Mailbox?
    /// How often it was sent.
    public var attempt: UInt32 = 0
    /// How long the broker waits for its acknowledgement.
    public var lease: Duration = .zero
    /// Whether it was sent before.
    public var isRedelivered = false
    /// What the broker vouches for.
    public var envelope: Envelope
    /// The document, or the copy that consent leaves of it; nil without one.
    public var payload: Payload?

    /// Makes an arrival.
    public init(
        delivery: DeliveryID, fence: Fence, mailbox: Mailbox?, envelope: Envelope,
        payload: Payload? = nil
    ) {
        self.delivery = delivery
        self.fence = fence
        self.mailbox = mailbox
        self.envelope = envelope
        self.payload = payload
    }
}

/// Is what the broker vouches for about a message: who, when, which referral, and what it did.
public struct Envelope: Equatable, Sendable {
    /// The sender's name for it.
    public var message: MessageID
    /// What it is for.
    public var kind: Coded<MessageKind>
    /// When the broker took it.
    public var acceptedAt: Timestamp?
    /// Who sent it; nil for the broker.
    public var fromAgent: AgentID?
    /// The sender's organisation; nil for the broker.
    public var fromOrganisation: OrganisationID?
    /// The referral it moves.
    public var referral: ReferralID?
    /// The referral's state after it.
    public var state: Coded<ReferralState>?
    /// The referral's version after it; 0 without a referral.
    public var version: UInt32 = 0
    /// How soon.
    public var priority: Coded<Priority>?
    /// Why.
    public var reason: ReasonCode?
    /// When it is given up.
    public var expiresAt: Timestamp?
    /// The appointment, with schedule.
    public var appointment: Appointment?
    /// The answer is wanted by, or the visit expected by.
    public var dueAt: Timestamp?
    /// Whether nothing goes on without the answer.
    public var isBlocking = false
    /// In which part the sender acted.
    public var actingAs: Coded<ReferralActor>?
    /// For whom a coordinator acted.
    public var onBehalfOf: Coded<ReferralActor>?
    /// The leg before.
    public var previous: ReferralID?
    /// The document's media type; nil without a document.
    public var payloadType: String?
    /// SHA-256 of the document.
    public var payloadHash: [UInt8]?
    /// The ended delivery that a report is about.
    public var report: Report?
    /// Who refers.
    public var initiator: OrganisationID?
    /// Who is asked.
    public var recipient: OrganisationID?
    /// The recipient's mailbox.
    public var to: Mailbox?
    /// The initiator's mailbox.
    public var replyTo: Mailbox?
    /// Whom the document is about; answers name the same.
    public var patient: BusinessIdentifier?
    /// Whether parts were left out, where the broker admits that.
    public var isRedacted = false
    /// The override that a notice is about.
    public var breakGlass: BreakGlassID?

    /// Makes an envelope with nothing but its name and kind.
    public init(message: MessageID, kind: Coded<MessageKind>) {
        self.message = message
        self.kind = kind
    }

    /// Tells a sender that a delivery ended without acknowledgement, or is kept back.
    public struct Report: Equatable, Sendable {
        /// The sender's name for the message.
        public var message: MessageID?
        /// Whither it was to go.
        public var mailbox: Mailbox?
        /// How it ended.
        public var state: Coded<DeliveryState>?
        /// Why.
        public var code: String

        /// Makes a report.
        public init(
            message: MessageID?, mailbox: Mailbox?, state: Coded<DeliveryState>?, code: String
        ) {
            self.message = message
            self.mailbox = mailbox
            self.state = state
            self.code = code
        }
    }
}
