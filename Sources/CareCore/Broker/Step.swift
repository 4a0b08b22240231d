internal import CareConsent
internal import CareModel
internal import CareStore

/// Is one step's working copy: the facts as they change, and the plan as it grows.
struct Step {
    /// Is an agent that says something on somebody's behalf.
    struct Speaker {
        let agent: AgentID
        let person: Person
    }

    let moment: Moment
    let keys: FactKeys
    /// Who speaks while an input is taken; nil for who tells of nobody.
    var speaker: Speaker?
    var facts: Facts
    var consents: [PatientKey: PatientConsents]
    /// What payload inspections found, for verdicts that depend on the content.
    var inspections: [MessageNumber: Inspection]
    /// Documents of which no copy can go out.
    private let troubles: [DocumentKey: DocumentTrouble]
    /// For messages that this step adds, the earlier one with the same document.
    private var sources: [MessageNumber: MessageNumber] = [:]
    var plan = Plan()
    /// Receipt items by connection; one frame each at the end.
    var receipts: [Peer: [ReceiptItem]] = [:]
    var receiptOrder: [Peer] = []
    /// Deliveries that this step adds and may lease once all its inputs are taken.
    var fresh: [DeliveryID] = []
    /// Where in the plan's writes this step adds each delivery.
    private var insertions: [DeliveryID: Int] = [:]
    /// The unsettled deliveries among the facts, by what keeps their order.
    private var unsettled: [OrderKey: Set<DeliveryID>] = [:]
    private var messageCount: Int64 = 0
    private var deliveryCount: Int64 = 0
    /// How many events this step adds to each stream.
    private var eventCounts: [StreamName: UInt64] = [:]
    /// The bytes of the documents that this step sends.
    private var sentByteCount = 0
    private var randomState: UInt64

    /// No step sends more documents than this, in bytes, but for one that is longer.
    static let sentByteCountMax = 32 << 20

    /// Makes the working copy of a step that takes about so many submissions.
    init(_ basis: StepBasis, at moment: Moment, submissionCount: Int) {
        self.moment = moment
        keys = basis.keys
        facts = basis.facts
        consents = basis.consents
        inspections = basis.inspections
        troubles = basis.troubles
        randomState = moment.random
        makeRoom(for: submissionCount)
        for delivery in facts.deliveries.values { index(delivery) }
    }

    /// Each submission adds about one of each; tables that grow would be hashed anew again and again.
    private mutating func makeRoom(for submissionCount: Int) {
        // The facts are shared: to ask a table for room copies it, needed or not.
        guard submissionCount > 0 else { return }
        facts.messages.reserveCapacity(facts.messages.count + submissionCount)
        facts.messageIDs.reserveCapacity(facts.messageIDs.count + submissionCount)
        facts.deliveries.reserveCapacity(facts.deliveries.count + submissionCount)
        facts.referrals.reserveCapacity(facts.referrals.count + submissionCount)
        facts.submissions.reserveCapacity(facts.submissions.count + submissionCount)
        insertions.reserveCapacity(submissionCount)
        unsettled.reserveCapacity(facts.deliveries.count + submissionCount)
    }

    var now: Timestamp { moment.wall }

    /// SplitMix64: repeatable from the moment's 64 bits.
    mutating func random() -> UInt64 {
        randomState &+= 0x9E37_79B9_7F4A_7C15
        var mixed = randomState
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func uuid() -> UUIDBytes {
        UUIDBytes(version7At: now, random: (random(), random()))
    }

    /// The number of the next message that this step adds; the store gives it another.
    mutating func nextMessage() -> MessageNumber {
        messageCount += 1
        return .provisional(messageCount)
    }

    /// The number of the next delivery that this step adds; the store gives it another.
    mutating func nextDelivery() -> DeliveryID {
        deliveryCount += 1
        return .provisional(deliveryCount)
    }

    mutating func answer(_ peer: Peer, request: UInt64 = 0, _ saying: BrokerSaying) {
        plan.outgoing.append(Outgoing(peer, request: request, saying))
    }

    /// Whether another document may be sent in this step; the next one comes at once.
    var maySendMore: Bool { sentByteCount < Self.sentByteCountMax }

    /// Counts a document that is sent.
    mutating func count(sent message: Message) { sentByteCount += message.payloadByteCount }

    /// Notes under which consent epoch something about a patient leaves.
    mutating func noteDisclosure(about patient: PatientKey) {
        plan.epochs[patient] = facts.epochs[patient]
    }

    /// Why no copy of a message's document can go out; nil if nothing is known against it.
    func trouble(of message: MessageNumber) -> DocumentTrouble? {
        guard !troubles.isEmpty, let message = facts.messages[message] else { return nil }
        let source = sources[message.number] ?? message.number
        return troubles[DocumentKey(of: message, source: source)]
    }

    /// Adds an event at the end of a stream.
    mutating func append(_ event: Event, to stream: StreamName) {
        eventCounts[stream, default: 0] += 1
        plan.writes.append(.appendEvent(stream, event))
    }

    /// A stream with the head that it has now.
    func current(_ stream: Stream) -> Stream {
        var stream = stream
        stream.head = (facts.heads[stream.name] ?? 0) + (eventCounts[stream.name] ?? 0)
        return stream
    }

    /// Whether the verdict on a message depends on its content, and nobody has looked into it yet:
    /// a later step will.
    func awaitsInspection(_ message: Message) -> Bool {
        guard let patient = message.patient, message.payloadType != nil, !message.isErased else {
            return false
        }
        return inspections[message.number] == nil
            && consents[patient]?.compiled.hasContentRules == true
    }

    mutating func receipt(_ peer: Peer, _ item: ReceiptItem) {
        if receipts[peer] == nil { receiptOrder.append(peer) }
        receipts[peer, default: []].append(item)
    }

    mutating func put(_ referral: Referral) {
        facts.referrals[referral.id] = referral
        if facts.numbers[referral.number] == nil { facts.numbers[referral.number] = referral.id }
        plan.writes.append(.putReferral(referral))
    }

    mutating func insert(_ message: Message, _ payload: MessagePayload) {
        facts.messages[message.number] = message
        facts.messageIDs[message.id] = message.number
        plan.writes.append(.insertMessage(message, payload))
        if case .same(let earlier) = payload { sources[message.number] = earlier }
    }

    mutating func insert(_ delivery: Delivery) {
        facts.deliveries[delivery.id] = delivery
        index(delivery)
        insertions[delivery.id] = plan.writes.count
        plan.writes.append(.insertDelivery(delivery))
    }

    mutating func update(_ delivery: Delivery) {
        facts.deliveries[delivery.id] = delivery
        index(delivery)
        if let place = insertions[delivery.id] {
            plan.writes[place] = .insertDelivery(delivery)
        } else {
            plan.writes.append(.updateDelivery(delivery))
        }
    }

    /// Has an event written; what an agent does, it does for whom it has named.
    mutating func audit(_ event: AuditEvent) {
        var event = event
        if let speaker, event.agent == speaker.agent { event.actingFor = speaker.person }
        plan.writes.append(.appendAudit(event))
    }

    /// Whether an earlier message of the same thread is still on its way to the same mailbox;
    /// one that waits for consent holds up nobody.
    func isBlocked(_ delivery: Delivery) -> Bool {
        guard let key = OrderKey(delivery) else { return false }
        return unsettled[key, default: []].contains { other in
            other < delivery.id && facts.deliveries[other]?.state.awaitsVerdict == false
        }
    }

    /// What a board shows of a thread as it is now; nil if boards show nothing of its like.
    func subject(of thread: ThreadID?) -> Event.Subject? {
        switch thread {
        case .referral(let id): facts.referrals[id].map { .referral(ReferralSummary($0)) }
        case .directive, .override, nil: nil
        }
    }

    /// The waiting deliveries about a patient after `cursor`; nil if they were asked for from another
    /// place, or not at all.
    func waiting(about patient: PatientKey, after cursor: DeliveryID) -> [DeliveryID]? {
        guard keys.waiting[patient] ?? DeliveryID(0) == cursor else { return nil }
        return facts.waiting[patient]
    }

    /// Forgets what documents and identifiers of a patient said, as its shredding does.
    mutating func erase(_ patient: PatientKey) {
        consents[patient] = PatientConsents(epoch: epoch(of: patient))
        for (number, message) in facts.messages where message.patient == patient {
            facts.messages[number] = message.erased
        }
    }

    /// What a patient permits.
    ///
    /// Whom a step decides about it has loaded; somebody unknown must never be taken for somebody
    /// without directives.
    func consents(of patient: PatientKey) -> PatientConsents {
        guard let found = consents[patient] else {
            preconditionFailure("a step decides about a patient whose consents were not loaded")
        }
        return found
    }

    /// How often what a patient permits has changed.
    func epoch(of patient: PatientKey) -> UInt32 { consents(of: patient).epoch }

    private mutating func index(_ delivery: Delivery) {
        guard let key = OrderKey(delivery) else { return }
        if delivery.state.isSettled {
            unsettled[key]?.remove(delivery.id)
        } else {
            unsettled[key, default: []].insert(delivery.id)
        }
    }
}
