internal import CareModel

extension BrokerCore {
    /// Adds a delivery of a message; ``dispatch(_:)`` sends it in this very step if somebody can
    /// take it.
    ///
    /// - Parameter isOrdered: whether the facts hold all that must leave before it. If not, the
    ///   store says when its turn is.
    mutating func enqueue(
        _ message: Message, to mailbox: Mailbox, replayOf: DeliveryID? = nil,
        isOrdered: Bool = true, _ step: inout Step
    ) {
        lastDelivery = DeliveryID(lastDelivery.number + 1)
        let delivery = Delivery(
            id: lastDelivery, message: message.number, mailbox: mailbox,
            thread: message.thread.flatMap { $0.keepsOrder ? $0 : nil }, queuedAt: step.now,
            expiresAt: message.expiresAt, replayOf: replayOf)
        append(
            Event(kind: .arrival, at: step.now, subject: step.subject(of: message.thread)),
            to: .mailbox(mailbox), &step)
        step.insert(delivery)
        guard !isOrdered else { return step.fresh.append(delivery.id) }
        if let key = OrderKey(delivery) { followers[key, default: 0] += 1 }
        lookNow(at: mailbox, &step)
    }

    /// Sends what waits in mailboxes that were due for a look, then what this step has added.
    ///
    /// After all inputs, so that every verdict knows the last directive of the step.
    mutating func dispatch(_ step: inout Step) {
        for (mailbox, queue) in step.facts.queues.sorted(by: { $0.key < $1.key }) {
            starved.remove(mailbox)
            var isMoving = false
            for id in queue {
                if sendQueued(id, &step) { isMoving = true }
                guard hasCredit(mailbox) else { break }
            }
            // The answer may have been cut: look again at once, unless nobody takes any of it.
            if isMoving, !starved.contains(mailbox) { lookNow(at: mailbox, &step) }
        }
        for id in step.fresh { sendFresh(id, &step) }
    }

    private func hasCredit(_ mailbox: Mailbox) -> Bool {
        (workers[mailbox] ?? []).contains { peer in
            sessions[peer].map { $0.creditMessages > 0 && !$0.isIsolated } == true
        }
    }

    /// False if it stays where it is because nobody can take it now.
    private mutating func sendQueued(_ id: DeliveryID, _ step: inout Step) -> Bool {
        // What an input of this step has settled or postponed is no longer what the store found.
        guard let delivery = step.facts.deliveries[id],
            let message = step.facts.messages[delivery.message], isReady(delivery, step)
        else { return true }
        return send(delivery, message, &step)
    }

    private mutating func sendFresh(_ id: DeliveryID, _ step: inout Step) {
        guard let delivery = step.facts.deliveries[id],
            let message = step.facts.messages[delivery.message]
        else { return }
        if let key = OrderKey(delivery), step.isBlocked(delivery) {
            followers[key, default: 0] += 1
            return
        }
        let isFirst = step.facts.queues[delivery.mailbox]?.isEmpty != false
        guard isFirst else { return lookNow(at: delivery.mailbox, &step) }
        guard isReady(delivery, step), workers[delivery.mailbox] != nil,
            !starved.contains(delivery.mailbox)
        else { return }
        _ = send(delivery, message, &step)
    }

    private func isReady(_ delivery: Delivery, _ step: Step) -> Bool {
        delivery.state == .queued && delivery.notBefore <= step.now
            && delivery.expiresAt > step.now && !step.isBlocked(delivery)
    }

    /// Leases a delivery whose turn it is to the first session that can take it and may have it, or
    /// keeps it back; false if nobody has credit for it, or only who may not have it.
    private mutating func send(
        _ delivery: Delivery, _ message: Message, _ step: inout Step
    ) -> Bool {
        let takers = takers(of: delivery, message)
        guard let first = takers.first else {
            starved.insert(delivery.mailbox)
            return false
        }
        guard message.payloadType != nil else {
            lease(delivery, message, nil, to: first, &step)
            return true
        }
        // A document about nobody cannot be: without a patient there is no verdict.
        guard let patient = message.patient else { return false }
        let contents = step.contents[message.number]
        // What only this or that agent may not have waits for a colleague; what nobody of the
        // mailbox may have is kept back, and its sender is told.
        for session in takers {
            let clearance = clearance(
                for: patient, to: delivery.mailbox, collectedBy: session.agent,
                contents: contents, step)
            guard clearance.refusal == nil else { continue }
            step.audit(
                disclosure(
                    .disclosureSent, of: delivery, message, to: session.agent, clearance, step))
            lease(delivery, message, clearance.redaction, to: session, &step)
            return true
        }
        let broadest = broadestClearance(
            for: patient, to: delivery.mailbox, contents: contents, step)
        guard broadest.refusal != nil else { return false }
        keepBack(delivery, message, broadest, &step)
        return true
    }

    /// The sessions that can take a delivery, those with the fewest in hand first.
    private func takers(of delivery: Delivery, _ message: Message) -> [Session] {
        let alone = delivery.crashes >= policy.crashesBeforeIsolation
        return (workers[delivery.mailbox] ?? []).compactMap { sessions[$0] }
            .filter { $0.canTake(byteCount: message.payloadByteCount, alone: alone) }
            .sorted { ($0.leases.count, $0.id) < ($1.leases.count, $1.id) }
    }

    private mutating func lease(
        _ delivery: Delivery, _ message: Message, _ redaction: Redaction?, to session: Session,
        _ step: inout Step
    ) {
        var delivery = delivery
        let peer = session.peer
        delivery.state = .sending
        delivery.fence = delivery.fence.next
        delivery.attempts += 1
        delivery.agent = session.agent
        delivery.sentAt = step.now
        delivery.code = nil
        leases[delivery.id] = Lease(
            holder: peer, deadline: step.moment.uptime + policy.lease, redaction: redaction)
        sessions[peer]?.leases.insert(delivery.id)
        sessions[peer]?.creditMessages -= 1
        sessions[peer]?.creditBytes -= UInt64(message.payloadByteCount)
        if delivery.crashes >= policy.crashesBeforeIsolation { sessions[peer]?.isIsolated = true }
        step.update(delivery)
        let referral = message.thread?.referral.flatMap { step.facts.referrals[$0] }
        step.answer(
            peer, request: 0, .deliver(delivery, message, referral, redaction, lease: policy.lease))
    }

    /// Tells those who wanted to know that nothing more comes for now.
    mutating func finishDrains(_ step: inout Step) {
        let draining = sessions.values.filter { $0.drainRequest != nil && $0.leases.isEmpty }
        for session in draining.inOrder {
            let isDry = session.mailboxes.allSatisfy { mailbox in
                looks[mailbox].map { $0 > step.moment.uptime } ?? true
            }
            guard isDry, let request = session.drainRequest else { continue }
            sessions[session.peer]?.drainRequest = nil
            let waiting = session.mailboxes.filter(starved.contains).count
            step.answer(session.peer, request: request, .drained(waiting: waiting))
        }
    }
}

/// Names what keeps its order: the messages of one thread on their way to one mailbox.
struct OrderKey: Hashable {
    let mailbox: Mailbox
    let thread: ThreadID

    /// Nil for deliveries that keep no order.
    init?(_ delivery: Delivery) {
        guard let thread = delivery.thread else { return nil }
        mailbox = delivery.mailbox
        self.thread = thread
    }
}

extension DeliveryState {
    /// Whether it waits for consent; those behind it go past.
    var isKeptBack: Bool { self == .held || self == .withheld }
}
