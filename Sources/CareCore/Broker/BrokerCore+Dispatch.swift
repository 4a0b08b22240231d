internal import CareModel
internal import CareStore

extension BrokerCore {
    /// Adds a delivery of a message; ``dispatch(_:)`` sends it in this very step if somebody can
    /// take it.
    ///
    /// - Parameter isOrdered: whether the facts hold all that must leave before it. If not, the
    ///   store says when its turn is.
    @discardableResult
    mutating func enqueue(
        _ message: Message, to mailbox: Mailbox, replayOf: DeliveryID? = nil,
        isOrdered: Bool = true, _ step: inout Step
    ) -> DeliveryID {
        let delivery = Delivery(
            id: step.nextDelivery(), message: message.number, mailbox: mailbox,
            thread: message.thread.flatMap { $0.keepsOrder ? $0 : nil }, queuedAt: step.now,
            expiresAt: message.expiresAt, replayOf: replayOf)
        append(
            Event(kind: .arrival, at: step.now, subject: step.subject(of: message.thread)),
            to: .mailbox(mailbox), &step)
        step.insert(delivery)
        guard !isOrdered else {
            step.fresh.append(delivery.id)
            return delivery.id
        }
        if let key = OrderKey(delivery) { scheduler.follow(key) }
        lookNow(at: mailbox, &step)
        return delivery.id
    }

    /// Sends what waits in mailboxes that were due for a look, then what this step has added.
    ///
    /// After all inputs, so that every verdict knows the last directive of the step.
    mutating func dispatch(_ step: inout Step) {
        for (mailbox, queue) in step.facts.queues.sorted(by: { $0.key < $1.key }) {
            var isMoving = false
            for id in queue where step.maySendMore {
                if sendQueued(id, &step) { isMoving = true }
                guard hasCredit(mailbox) else { break }
            }
            // The answer may have been cut: look again at once, unless nobody takes any of it.
            if isMoving || !step.maySendMore, !scheduler.isStarved(mailbox) {
                lookNow(at: mailbox, &step)
            }
        }
        for id in step.fresh { sendFresh(id, &step) }
    }

    private func hasCredit(_ mailbox: Mailbox) -> Bool {
        sessions.working(mailbox).contains(where: \.hasCredit)
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
            return scheduler.follow(key)
        }
        let isFirst = step.facts.queues[delivery.mailbox]?.isEmpty != false
        guard isFirst, step.maySendMore else { return lookNow(at: delivery.mailbox, &step) }
        guard isReady(delivery, step), sessions.isWorked(delivery.mailbox),
            !scheduler.isStarved(delivery.mailbox)
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
            scheduler.starve(delivery.mailbox)
            return false
        }
        guard message.payloadType != nil else {
            lease(delivery, message, nil, to: first, &step)
            return true
        }
        guard !step.awaitsInspection(message) else { return true }
        guard !message.isErased, step.trouble(of: message.number) != .gone else {
            abandon(delivery.id, &step)
            return true
        }
        guard step.trouble(of: message.number) != .damaged else {
            quarantine(delivery, &step)
            return true
        }
        // A document about nobody cannot be: without a patient there is no verdict.
        guard let patient = message.patient else { return false }
        // What only this or that agent may not have waits for a colleague; what nobody of the
        // mailbox may have is kept back, and its sender is told.
        for session in takers {
            let clearance = clearance(
                for: patient, from: Sender(message), to: delivery.mailbox,
                collectedBy: session.agent, of: message.number, step)
            guard clearance.refusal == nil else { continue }
            step.noteDisclosure(about: patient)
            step.count(sent: message)
            step.audit(
                disclosure(
                    .disclosureSent, of: delivery, message, to: session.agent, clearance, step))
            lease(delivery, message, clearance.redaction, to: session, &step)
            return true
        }
        let broadest = broadestClearance(
            for: patient, from: Sender(message), to: delivery.mailbox, of: message.number, step)
        guard broadest.refusal != nil else { return false }
        keepBack(delivery, message, broadest, &step)
        return true
    }

    /// The sessions that can take a delivery, those with the fewest in hand first.
    private func takers(of delivery: Delivery, _ message: Message) -> [Session] {
        let alone = delivery.crashes >= policy.crashesBeforeIsolation
        return sessions.working(delivery.mailbox)
            .filter { $0.canTake(byteCount: message.payloadByteCount) }
            .map { (inHand: leases.count(of: $0.peer), session: $0) }
            .filter { !alone || $0.inHand == 0 }
            .sorted { ($0.inHand, $0.session.id) < ($1.inHand, $1.session.id) }
            .map(\.session)
    }

    private mutating func lease(
        _ delivery: Delivery, _ message: Message, _ redaction: Redaction?, to session: Session,
        _ step: inout Step
    ) {
        var delivery = delivery
        let peer = session.peer
        delivery.state = .sending
        delivery.lease = lease(from: step.now)
        delivery.fence = delivery.fence.next
        delivery.attempts += 1
        delivery.agent = session.agent
        delivery.sentAt = step.now
        delivery.code = nil
        // Another broker may have taken it back meanwhile, whose clock is ahead of this one's.
        release(delivery.id, &step)
        leases.grant(
            delivery.id,
            Lease(
                holder: peer, deadline: step.moment.uptime + policy.lease, redaction: redaction,
                byteCount: message.payloadByteCount))
        let alone = delivery.crashes >= policy.crashesBeforeIsolation
        sessions.change(peer) { $0.spend(byteCount: message.payloadByteCount, alone: alone) }
        step.update(delivery)
        let referral = message.thread?.referral.flatMap { step.facts.referrals[$0] }
        step.answer(
            peer, .deliver(delivery, message, referral, redaction, lease: policy.lease))
    }

    /// Takes notice of how long the copies are that leave: a delivery takes as much credit as is
    /// sent of it (CLP-1, section 9).
    ///
    /// A step counts whole documents, because copies are made after it. What waits for the credit
    /// that was counted too much is looked at again at once.
    ///
    /// - Parameter plan: what the step came to, with the copies in what it says.
    mutating func countCopies(in plan: inout Plan, at moment: Moment) {
        var mayMove = false
        for item in plan.outgoing {
            guard case .deliver(let delivery, let copy, _, .some, _) = item.saying,
                let lease = leases[delivery.id], let session = sessions[lease.holder]
            else { continue }
            var taken = lease.byteCount
            sessions.change(lease.holder) {
                taken = $0.correct(spent: taken, to: copy.payloadByteCount)
            }
            leases.correct(delivery.id, byteCount: taken)
            guard taken < lease.byteCount else { continue }
            for mailbox in session.mailboxes where scheduler.feed(mailbox) {
                scheduler.look(at: mailbox, by: moment.uptime)
                mayMove = true
            }
        }
        if mayMove { plan.wake = nextWake(after: moment.uptime) }
    }

    /// Whether a delivery is leased by this broker, or by one whose time is over.
    func mayTakeBack(_ delivery: Delivery, _ step: Step) -> Bool {
        delivery.state.isLeased
            && delivery.lease?.isHeldByOther(than: policy.name, at: step.now) != true
    }

    /// What other brokers are told of a lease that begins now.
    func lease(from now: Timestamp) -> DeliveryLease {
        DeliveryLease(owner: policy.name, until: now + policy.lease + policy.leaseGrace)
    }

    /// Tells those who wanted to know that nothing more comes for now.
    mutating func finishDrains(_ step: inout Step) {
        for session in sessions.draining where leases.count(of: session.peer) == 0 {
            let isDry = session.mailboxes.allSatisfy {
                scheduler.isDry($0, at: step.moment.uptime)
            }
            guard isDry, let request = session.drainRequest else { continue }
            sessions.change(session.peer) { $0.answerDrain() }
            let waiting = session.mailboxes.filter(scheduler.isStarved).count
            step.answer(session.peer, request: request, .drained(waiting: waiting))
        }
    }
}
