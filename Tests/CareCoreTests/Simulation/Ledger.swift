import CareCore
import CareModel

/// Follows every commit and every frame of a simulated broker and notes what must never happen.
///
/// The numbers are those of the list of promises.
struct Ledger {
    let policy: BrokerPolicy
    private(set) var violations: [String] = []
    private(set) var deliveries: [DeliveryID: Delivery] = [:]
    private(set) var messages: [MessageNumber: Message] = [:]
    private(set) var referrals: [ReferralID: Referral] = [:]
    private(set) var answers: [SubmissionKey: SubmissionRecord] = [:]
    private var consents: [ConsentID: ConsentRecord] = [:]
    private var heads: [StreamName: UInt64] = [:]
    private var credit: [Peer: Credit] = [:]
    private var holders: [DeliveryID: Peer] = [:]
    /// How many bytes were sent of a delivery when it last left.
    private var sentByteCounts: [DeliveryID: UInt64] = [:]
    private var submitted: Set<[UInt8]> = []
    private var queued: [Queue: Set<DeliveryID>] = [:]
    private var overrides: [BreakGlassID: BreakGlass] = [:]
    private var erased: Set<MessageNumber> = []
    /// The documents with an observation in them, by what they were submitted under.
    private var observed: Set<MessageID> = []
    /// The directives that forbid observations.
    private var strict: Set<ConsentID> = []
    /// Which broker a connection is to.
    private var homes: [Peer: BrokerID] = [:]

    /// Names what keeps its order.
    private struct Queue: Hashable {
        let mailbox: Mailbox
        let thread: ThreadID
    }

    /// Is what a connection was allowed and what it got.
    private struct Credit {
        var granted: UInt64 = 0
        var grantedByteCount: UInt64 = 0
        var used: UInt64 = 0
        var usedByteCount: UInt64 = 0
    }

    init(policy: BrokerPolicy) {
        self.policy = policy
    }

    /// Leases do not survive their broker, nor do its sessions.
    mutating func restart(_ broker: BrokerID, at time: Timestamp) {
        for (id, delivery) in deliveries {
            guard let lease = delivery.lease, lease.owner == broker || lease.until <= time else {
                continue
            }
            deliveries[id]?.state = .queued
        }
        credit = credit.filter { homes[$0.key] != broker }
    }

    /// Takes note of one committed step of a broker.
    mutating func note(
        _ inputs: [Input], _ plan: Plan, at moment: Moment, by broker: BrokerID
    ) {
        for input in inputs { note(input, to: broker) }
        for write in plan.writes { apply(write, inputs, at: moment) }
        for item in plan.outgoing { check(item, plan, at: moment) }
        checkVerdicts(plan)
        for (peer, credit) in credit
        where credit.used > credit.granted || credit.usedByteCount > credit.grantedByteCount {
            fail(12, "\(peer) got \(credit.used) deliveries with credit for \(credit.granted)")
        }
    }

    mutating func fail(_ promise: Int, _ what: String) {
        violations.append("promise \(promise): \(what)")
    }

    /// The overrides of an agent that have not ended.
    func openOverrides(of agent: AgentID) -> [BreakGlassID] {
        overrides.values.filter { $0.agent == agent && $0.endedAt == nil }.map(\.id).sorted()
    }

    /// Whether the patient's directives permit anything; without one nothing leaves.
    func permits(_ patient: PatientKey) -> Bool {
        consents.values.contains { $0.patient == patient && $0.revokedAt == nil }
    }

    /// Whether a delivery could leave now, had anybody credit for it.
    func couldLeave(_ delivery: Delivery, at now: Timestamp) -> Bool {
        guard delivery.state == .queued, delivery.notBefore <= now, now < delivery.expiresAt,
            let message = messages[delivery.message]
        else { return false }
        let needsConsent = message.patient != nil && message.payloadType != nil
        guard !erased.contains(message.number) else { return false }
        guard !needsConsent || message.patient.map(permits) == true else { return false }
        return blocker(of: delivery) == nil
    }

    /// An earlier delivery that must settle first.
    func blocker(of delivery: Delivery) -> DeliveryID? {
        guard let thread = delivery.thread else { return nil }
        let queue = Queue(mailbox: delivery.mailbox, thread: thread)
        return queued[queue, default: []].first { other in
            other < delivery.id && deliveries[other]?.state != .held
                && deliveries[other]?.state != .withheld
        }
    }
}

// MARK: - What comes in

extension Ledger {
    private mutating func note(_ input: Input, to broker: BrokerID) {
        guard case .said(let peer, _, _, let saying, _) = input else { return }
        homes[peer] = broker
        switch saying {
        case .hello: credit[peer] = Credit()
        case .credit(let messages, let byteCount, _):
            credit[peer]?.granted += UInt64(messages)
            credit[peer]?.grantedByteCount += byteCount
        case .submit(let submission):
            submission.document?.hash.map { _ = submitted.insert($0) }
            if submission.document?.contents?.contains(where: \.isObservation) == true {
                observed.insert(submission.id)
            }
            if case .record(let body) = submission.body {
                let isStrict = submission.document?.directive == Simulation.noObservations
                if isStrict { strict.insert(body.consent) } else { strict.remove(body.consent) }
            }
        default: break
        }
    }
}

// MARK: - What is written

extension Ledger {
    /// What could not be sent used up nobody's credit.
    private mutating func refund(_ id: DeliveryID) {
        guard deliveries[id]?.state.isLeased == true, let peer = holders[id] else { return }
        // A connection that says hello in the same step begins with nothing used.
        guard let known = credit[peer], known.used > 0 else { return }
        credit[peer]?.used -= 1
        credit[peer]?.usedByteCount -= min(known.usedByteCount, sentByteCounts[id] ?? 0)
    }
}

extension Ledger {
    private mutating func apply(_ write: Write, _ inputs: [Input], at moment: Moment) {
        switch write {
        case .recordSubmission(let key, let record):
            if answers[key] != nil { fail(3, "\(key.message) was answered twice") }
            answers[key] = record
        case .insertMessage(let message, _):
            if let hash = message.payloadHash, !submitted.contains(hash) {
                fail(2, "\(message.id) has a document nobody sent")
            }
            messages[message.number] = message
        case .putReferral(let referral): put(referral)
        case .insertDelivery(let delivery): set(delivery, from: nil, inputs, at: moment)
        case .updateDelivery(let delivery):
            guard let earlier = deliveries[delivery.id] else {
                return fail(1, "an unknown delivery was changed")
            }
            set(delivery, from: earlier, inputs, at: moment)
        case .appendEvent(let stream, _): heads[stream, default: 0] += 1
        case .putConsent(let record): consents[record.id] = record
        case .putBreakGlass(let glass): overrides[glass.id] = glass
        case .shred(let patient, let time): shred(patient, at: time)
        default: break
        }
    }

    private mutating func shred(_ patient: PatientKey, at time: Timestamp) {
        for message in messages.values where message.patient == patient {
            erased.insert(message.number)
        }
        for id in consents.keys where consents[id]?.patient == patient {
            if consents[id]?.revokedAt == nil { consents[id]?.revokedAt = time }
        }
    }

    private mutating func put(_ referral: Referral) {
        if let earlier = referrals[referral.id] {
            let isNext = referral.version == earlier.version + 1
            let isSame = referral.version == earlier.version && referral.state == earlier.state
            if !isNext && !isSame { fail(3, "\(referral.number) skipped a version") }
        }
        referrals[referral.id] = referral
    }

    private mutating func set(
        _ delivery: Delivery, from earlier: Delivery?, _ inputs: [Input], at moment: Moment
    ) {
        checkTransition(of: delivery, from: earlier)
        if delivery.state == .sending { checkLease(delivery, earlier) }
        if delivery.state.isAcknowledged, earlier?.state.isAcknowledged != true {
            let isAsked = inputs.contains { input in
                guard case .said(_, let agent, _, .ack(delivery.id, let fence, _), _) = input else {
                    return false
                }
                return fence == delivery.fence && agent == delivery.agent
            }
            if !isAsked { fail(6, "\(delivery.id) was settled by an old fence") }
        }
        // What is called back no longer uses up anybody's credit.
        if earlier?.state.isLeased == true, delivery.agent == nil, !delivery.state.isSettled {
            refund(delivery.id)
        }
        deliveries[delivery.id] = delivery
        guard let thread = delivery.thread else { return }
        let queue = Queue(mailbox: delivery.mailbox, thread: thread)
        if delivery.state.isSettled {
            queued[queue]?.remove(delivery.id)
        } else {
            queued[queue, default: []].insert(delivery.id)
        }
    }

    private mutating func checkTransition(of delivery: Delivery, from earlier: Delivery?) {
        if delivery.failures > policy.failuresMax { fail(8, "\(delivery.id) failed too often") }
        if (delivery.state == .deadLettered) != (delivery.failures == policy.failuresMax),
            earlier?.state.isSettled != true,
            !delivery.state.isSettled
                || delivery.state == .deadLettered
        {
            fail(8, "\(delivery.id) is \(delivery.state) after \(delivery.failures) failures")
        }
        guard let earlier, earlier.state.isSettled else { return }
        let isDisplay = earlier.state == .acknowledged && delivery.state == .displayed
        let isReplay = earlier.state == .deadLettered && delivery.state == .deadLettered
        if !isDisplay && !isReplay {
            fail(1, "\(delivery.id) went from \(earlier.state) to \(delivery.state)")
        }
    }

    private mutating func checkLease(_ delivery: Delivery, _ earlier: Delivery?) {
        if earlier?.state.isLeased == true { fail(5, "\(delivery.id) has two leases") }
        if let earlier, earlier.state != .queued { fail(5, "\(delivery.id) left \(earlier.state)") }
        if delivery.fence != (earlier?.fence ?? Fence(0)).next {
            fail(6, "\(delivery.id) skipped a fence")
        }
    }
}

// MARK: - What goes out

extension Ledger {
    private mutating func check(_ item: Outgoing, _ plan: Plan, at moment: Moment) {
        switch item.saying {
        case .receipt(let items): for item in items { check(item) }
        case .deliver(let delivery, let message, _, let redaction, _):
            holders[delivery.id] = item.peer
            credit[item.peer]?.used += 1
            sentByteCounts[delivery.id] = UInt64(message.payloadByteCount)
            credit[item.peer]?.usedByteCount += UInt64(message.payloadByteCount)
            if let other = blocker(of: delivery) {
                let kinds = [delivery.id, other].map { id in
                    let known = deliveries[id] ?? delivery
                    let kind = messages[known.message]?.kind.name ?? ""
                    return "\(id.number) (\(kind), \(known.state))"
                }
                fail(5, "\(kinds[0]) overtook \(kinds[1])")
            }
            if delivery.expiresAt <= moment.wall { fail(10, "\(delivery.id) left when expired") }
            checkConsent(delivery, message, redaction)
        case .timeline(let timeline): check(timeline, to: item.peer, at: moment)
        case .topic(let stream):
            if stream.head > heads[stream.name] ?? 0 { fail(4, "a head before its event") }
        default: break
        }
    }

    private mutating func checkConsent(
        _ delivery: Delivery, _ message: Message, _ redaction: Redaction?
    ) {
        guard let patient = message.patient, message.payloadType != nil else { return }
        if !permits(patient) { fail(9, "\(delivery.id) left after consent was withdrawn") }
        if erased.contains(message.number) {
            fail(9, "\(delivery.id) left though its patient was shredded")
        }
        let isStrict = consents.values.contains {
            $0.patient == patient && $0.revokedAt == nil && strict.contains($0.id)
        }
        if isStrict, observed.contains(message.id), redaction == nil {
            fail(9, "\(delivery.id) left with an observation that consent forbids")
        }
    }

    /// A stranger sees a history only as long as an override lasts.
    private mutating func check(_ timeline: Timeline, to peer: Peer, at moment: Moment) {
        guard let patient = timeline.entries.first?.message.patient else { return }
        let isOpen = overrides.values.contains {
            $0.patient == patient && $0.endedAt == nil && moment.wall < $0.endsAt
        }
        if !isOpen { fail(9, "a history was shown without an override") }
        for entry in timeline.entries where erased.contains(entry.message.number) {
            fail(9, "\(entry.message.id) was shown though its patient was shredded")
        }
    }

    private mutating func check(_ item: ReceiptItem) {
        guard item.refusal?.code != .busy, item.refusal?.code != .duplicateConflict else { return }
        let known = answers.contains { key, record in
            guard key.message == item.message else { return false }
            var expected = record.item
            expected.isDuplicate = item.isDuplicate
            return expected == item
        }
        if !known { fail(3, "\(item.message) got an answer that is not on record") }
    }

    /// Each document that leaves has one audit event, and each such event one document.
    private mutating func checkVerdicts(_ plan: Plan) {
        var sent: [DeliveryID: Int] = [:]
        for item in plan.outgoing {
            guard case .deliver(let delivery, let message, _, _, _) = item.saying,
                message.payloadType != nil, message.patient != nil
            else { continue }
            sent[delivery.id, default: 0] += 1
        }
        for case .appendAudit(let event) in plan.writes where event.kind == .disclosureSent {
            event.delivery.map { sent[$0, default: 0] -= 1 }
        }
        for (id, count) in sent where count != 0 { fail(9, "\(id) and its audit disagree") }
    }
}

extension ContentItem {
    fileprivate var isObservation: Bool { resource.type == "Observation" }
}
