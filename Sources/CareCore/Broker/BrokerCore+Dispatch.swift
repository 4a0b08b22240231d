internal import CareConsent
internal import CareModel

extension BrokerCore {
    /// Adds a delivery of a message, and sends it in this very step if somebody can take it.
    mutating func enqueue(
        _ message: Message, to mailbox: Mailbox, replayOf: DeliveryID? = nil, _ step: inout Step
    ) {
        lastDelivery = DeliveryID(lastDelivery.number + 1)
        let delivery = Delivery(
            id: lastDelivery, message: message.number, mailbox: mailbox,
            referral: message.referral, queuedAt: step.now, expiresAt: message.expiresAt,
            replayOf: replayOf)
        let referral = message.referral.flatMap { step.facts.referrals[$0] }
        append(
            Event(kind: .arrival, at: step.now, referral: referral.map(ReferralSummary.init)),
            to: .mailbox(mailbox), &step)
        if let key = OrderKey(delivery), step.isBlocked(delivery) {
            followers[key, default: 0] += 1
        } else if step.facts.queues[mailbox]?.isEmpty == false {
            looks[mailbox] = step.moment.uptime
        } else if !starved.contains(mailbox), let peer = taker(of: delivery, message) {
            var leased = delivery
            lease(&leased, message, to: peer, &step)
            return step.insert(leased)
        } else if workers[mailbox] != nil {
            starved.insert(mailbox)
        }
        step.insert(delivery)
    }

    /// Sends what waits in mailboxes that were due for a look.
    mutating func dispatch(_ step: inout Step) {
        for (mailbox, queue) in step.facts.queues.sorted(by: { $0.key < $1.key }) {
            for id in queue {
                // What an input of this step has settled or sent already is no longer queued.
                guard var delivery = step.facts.deliveries[id], delivery.state == .queued,
                    delivery.notBefore <= step.now, delivery.expiresAt > step.now,
                    let message = step.facts.messages[delivery.message],
                    !step.isBlocked(delivery)
                else { continue }
                guard let peer = taker(of: delivery, message) else {
                    starved.insert(mailbox)
                    break
                }
                lease(&delivery, message, to: peer, &step)
                step.update(delivery)
            }
            // The answer may have been cut: look again at once, unless nobody can take more.
            if !queue.isEmpty, !starved.contains(mailbox) { looks[mailbox] = step.moment.uptime }
        }
    }

    /// The session that takes a delivery: of those that can, the one with the fewest in hand.
    private func taker(of delivery: Delivery, _ message: Message) -> Peer? {
        let alone = delivery.crashes >= policy.crashesBeforeIsolation
        return (workers[delivery.mailbox] ?? []).compactMap { sessions[$0] }
            .filter { $0.canTake(byteCount: message.payloadByteCount, alone: alone) }
            .min { ($0.leases.count, $0.id) < ($1.leases.count, $1.id) }?.peer
    }

    /// Decides consent again and, if it holds, leases the delivery; the caller writes it.
    private mutating func lease(
        _ delivery: inout Delivery, _ message: Message, to peer: Peer, _ step: inout Step
    ) {
        guard let agent = sessions[peer]?.agent else { return }
        if let patient = message.patient, message.payloadType != nil {
            let verdict = self.verdict(
                for: patient, to: delivery.mailbox, collectedBy: agent, step)
            if let refusal = refusal(for: verdict, contents: step.contents[message.number]) {
                return keepBack(&delivery, message, because: refusal, verdict, &step)
            }
            audit(.disclosureSent, of: delivery, message, agent, "permit", verdict, &step)
        }
        delivery.state = .sending
        delivery.fence = delivery.fence.next
        delivery.attempts += 1
        delivery.agent = agent
        delivery.sentAt = step.now
        delivery.code = nil
        leases[delivery.id] = Lease(holder: peer, deadline: step.moment.uptime + policy.lease)
        sessions[peer]?.leases.insert(delivery.id)
        sessions[peer]?.creditMessages -= 1
        sessions[peer]?.creditBytes -= UInt64(message.payloadByteCount)
        if delivery.crashes >= policy.crashesBeforeIsolation { sessions[peer]?.isIsolated = true }
        let referral = message.referral.flatMap { step.facts.referrals[$0] }
        step.answer(
            peer, request: 0, .deliver(delivery, message, referral, lease: policy.lease))
    }

    private func keepBack(
        _ delivery: inout Delivery, _ message: Message, because refusal: Refusal,
        _ verdict: Verdict, _ step: inout Step
    ) {
        delivery.state = refusal.code == .consentUndecided ? .held : .withheld
        delivery.code = refusal.code.rawValue
        audit(
            .disclosureWithheld, of: delivery, message, nil, refusal.code.rawValue, verdict, &step)
    }

    private func audit(
        _ kind: AuditEvent.Kind, of delivery: Delivery, _ message: Message, _ agent: AgentID?,
        _ outcome: String, _ verdict: Verdict?, _ step: inout Step
    ) {
        var event = AuditEvent(kind, at: step.now, outcome: outcome)
        event.agent = agent
        event.organisation = directory.organisation(of: delivery.mailbox)
        event.recipient = delivery.mailbox
        event.message = message.number
        event.delivery = delivery.id
        event.referral = delivery.referral
        event.patient = message.patient
        event.rule = verdict?.explanation
        step.audit(event)
    }

    /// Tells those who wanted to know that nothing more comes for now.
    mutating func finishDrains(_ step: inout Step) {
        for (peer, session) in sessions {
            guard let request = session.drainRequest, session.leases.isEmpty else { continue }
            let isDry = session.mailboxes.allSatisfy { mailbox in
                looks[mailbox].map { $0 > step.moment.uptime } ?? true
            }
            guard isDry else { continue }
            sessions[peer]?.drainRequest = nil
            let waiting = session.mailboxes.filter(starved.contains).count
            step.answer(peer, request: request, .drained(waiting: waiting))
        }
    }
}

/// Names what keeps its order: the messages of one referral on their way to one mailbox.
struct OrderKey: Hashable {
    let mailbox: Mailbox
    let referral: ReferralID

    /// Nil for deliveries that keep no order.
    init?(_ delivery: Delivery) {
        guard let referral = delivery.referral else { return nil }
        mailbox = delivery.mailbox
        self.referral = referral
    }
}

extension DeliveryState {
    /// Whether it waits for consent; those behind it go past.
    var isKeptBack: Bool { self == .held || self == .withheld }
}
