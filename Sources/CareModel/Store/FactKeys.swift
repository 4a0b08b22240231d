/// Says what the core must know before it can step.
public struct FactKeys: Equatable, Sendable {
    /// Submissions that may have been answered before.
    public var submissions: Set<SubmissionKey> = []
    /// Threads: the referral, the directive or the override, with the unsettled deliveries that
    /// keep the thread's order.
    public var threads: Set<ThreadID> = []
    /// Referrals whose first message is needed too.
    public var requests: Set<ReferralID> = []
    /// Referrals that may be open already.
    public var openReferrals: Set<OpenReferralKey> = []
    /// Referral numbers that may be in use already.
    public var numbers: Set<ReferralNumber> = []
    /// Deliveries, with their messages and referrals.
    public var deliveries: Set<DeliveryID> = []
    /// Messages by number, with their referrals.
    public var messages: Set<MessageNumber> = []
    /// Messages by id.
    public var messageIDs: Set<MessageID> = []
    /// Mailboxes, and how many waiting deliveries of each that may be sent now.
    public var queues: [Mailbox: Int] = [:]
    /// Deliveries that expire at or before this time, at most ``expiredMax``.
    public var expiredBy: Timestamp?
    /// Deliveries kept back whose next look is due at or before this time, at most ``expiredMax``.
    public var keptBackBy: Timestamp?
    /// Deliveries kept back with a greater number than this, whenever they are due, at most
    /// ``expiredMax``.
    public var keptBackAfter: DeliveryID?
    /// Deliveries whose lease, whoever's it is, ended at or before this time, at most ``expiredMax``.
    public var lapsedBy: Timestamp?
    /// Overrides that hold and whose time was over at or before this time.
    public var overridesDueBy: Timestamp?
    /// Agents whose overrides that hold are needed.
    public var overridesOf: Set<AgentID> = []
    /// Patients whose consent state is needed, besides those whom what is found is about.
    public var patients: Set<PatientKey> = []
    /// Streams of which it must be known how far they are.
    public var heads: Set<StreamName> = []
    /// The version of the registry that is known; if the store's is another, it comes too.
    public var registryVersion: UInt64 = 0
    /// Patients whose care team, and who has referred them, is needed.
    public var careTeams: Set<PatientKey> = []
    /// Patients whose unsettled deliveries are needed, those with a greater number than this, at most
    /// ``waitingMax``; whose directives are asked for count as named here, from the start.
    public var waiting: [PatientKey: DeliveryID] = [:]
    /// Patients whose messages with documents are needed, those with a greater number than this,
    /// at most ``timelineMax``.
    public var timelines: [PatientKey: MessageNumber] = [:]
    /// Directives of which all versions are needed.
    public var consentVersions: Set<ConsentID> = []
    /// The present, for `queues`.
    public var now = Timestamp(milliseconds: 0)

    /// No more expired deliveries than this come at once.
    public static let expiredMax = 256
    /// No more messages of a timeline than this come at once.
    public static let timelineMax = 64
    /// No more deliveries about one patient than this come at once.
    public static let waitingMax = 256

    /// Makes empty keys.
    public init() {}
}
