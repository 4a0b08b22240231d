internal import CareModel
internal import CareStore

extension BrokerCore {
    /// Takes an acknowledgement: only the newest fence of the agent that holds it counts.
    mutating func acknowledge(
        _ id: DeliveryID, _ fence: Fence, displayed: Bool, by agent: AgentID, on peer: Peer,
        request: UInt64, _ step: inout Step
    ) {
        guard var delivery = held(id, fence, by: agent, on: peer, request: request, &step)
        else { return }
        let wasSettled = delivery.state.isSettled
        if wasSettled, !delivery.state.isAcknowledged || !displayed || delivery.state == .displayed
        {
            return step.answer(peer, request: 0, .settled(id, delivery.state))
        }
        delivery.state = displayed ? .displayed : .acknowledged
        if displayed { delivery.displayedAt = step.now }
        if !wasSettled {
            settle(&delivery, &step)
            receive(delivery, by: agent, &step)
        }
        step.update(delivery)
        step.answer(peer, request: 0, .settled(id, delivery.state))
    }

    /// The first acknowledgement of a referral's request is its receipt (transition 2).
    private mutating func receive(_ delivery: Delivery, by agent: AgentID, _ step: inout Step) {
        guard let message = step.facts.messages[delivery.message] else { return }
        step.audit(
            event(
                .disclosureReceived, delivery.state.rawValue, of: delivery, message, to: agent,
                step))
        guard message.kind == .move(.request), var referral = referral(of: delivery, step),
            case .moves(let target) = referral.outcome(of: .receive, by: .recipient, reason: nil)
        else { return tellSender(of: message, delivery, &step) }
        referral.make(.receive, to: target, reason: nil, at: step.now)
        step.put(referral)
        audit(.receive, of: referral, by: directory.agents[agent], message.number, &step)
        announce(referral, .receive, &step)
    }

    /// Takes a coded refusal: final, and the sender is told.
    mutating func refuse(
        _ id: DeliveryID, _ fence: Fence, reason: String, by agent: AgentID, on peer: Peer,
        request: UInt64, _ step: inout Step
    ) {
        guard var delivery = held(id, fence, by: agent, on: peer, request: request, &step)
        else { return }
        if !delivery.state.isSettled {
            delivery.state = .refused
            delivery.code = reason
            fail(&delivery, by: agent, &step)
        }
        step.answer(peer, request: 0, .settled(id, delivery.state))
    }

    /// Queues a delivery again for later; not counted as a failure.
    mutating func postpone(
        _ id: DeliveryID, _ fence: Fence, until notBefore: Timestamp, by agent: AgentID,
        on peer: Peer, request: UInt64, _ step: inout Step
    ) {
        guard var delivery = held(id, fence, by: agent, on: peer, request: request, &step)
        else { return }
        guard delivery.state.isLeased else {
            return step.answer(peer, request: 0, .settled(id, delivery.state))
        }
        release(id, &step)
        delivery.state = .queued
        delivery.notBefore = min(max(notBefore, step.now), step.now + .seconds(24 * 3600))
        look(at: delivery, step)
        step.update(delivery)
        step.answer(peer, request: 0, .settled(id, .queued))
    }

    /// Gives an agent more time; it has the bytes.
    mutating func extend(
        _ id: DeliveryID, _ fence: Fence, by agent: AgentID, on peer: Peer, request: UInt64,
        _ step: inout Step
    ) {
        guard var delivery = held(id, fence, by: agent, on: peer, request: request, &step)
        else { return }
        guard delivery.state.isLeased, leases[id]?.holder == peer else {
            return step.answer(peer, request: 0, .staleLease(id, newest: delivery.fence))
        }
        leases.extend(id, until: step.moment.uptime + policy.lease)
        delivery.state = .delivered
        delivery.lease = lease(from: step.now)
        step.update(delivery)
    }

    /// Finds the delivery an agent speaks of; says why not otherwise.
    private func held(
        _ id: DeliveryID, _ fence: Fence, by agent: AgentID, on peer: Peer, request: UInt64,
        _ step: inout Step
    ) -> Delivery? {
        guard let delivery = step.facts.deliveries[id],
            directory.agents[agent]?.works(delivery.mailbox) == true
        else {
            step.answer(
                peer, request: 0, .errorAbout(id, Refusal(.unknownDelivery), request: request))
            return nil
        }
        guard delivery.fence == fence, delivery.agent == agent else {
            // Whoever held a copy when consent went learns of it at the next word.
            let isRecalled = delivery.state.awaitsVerdict && fence < delivery.fence
            step.answer(
                peer, request: 0,
                isRecalled ? .recall(id, fence) : .staleLease(id, newest: delivery.fence))
            return nil
        }
        return delivery
    }

    /// Takes back what an agent held when its session ended.
    ///
    /// Only one that vanished without a word counts against the message.
    mutating func giveBack(_ delivery: Delivery, crashed: Bool, _ step: inout Step) {
        var delivery = delivery
        if crashed {
            delivery.crashes += 1
            return retry(delivery, &step)
        }
        delivery.state = .queued
        look(at: delivery, step)
        step.update(delivery)
    }

    /// Ends a lease that ran out.
    mutating func lapse(_ id: DeliveryID, _ step: inout Step) {
        release(id, &step)
        guard let delivery = step.facts.deliveries[id], mayTakeBack(delivery, step) else { return }
        retry(delivery, &step)
    }

    /// Counts a failure: another attempt later, or a dead letter.
    private mutating func retry(_ delivery: Delivery, _ step: inout Step) {
        var delivery = delivery
        delivery.failures += 1
        guard delivery.failures < policy.failuresMax else {
            delivery.state = .deadLettered
            delivery.code = "too-many-failures"
            return fail(&delivery, &step)
        }
        delivery.state = .queued
        delivery.notBefore = step.now + backoff(after: delivery.failures, &step)
        look(at: delivery, step)
        step.update(delivery)
    }

    /// Exponential with full jitter, so that agents that failed together do not return together.
    private func backoff(after failures: UInt32, _ step: inout Step) -> Duration {
        let doublings = min(failures - 1, 20)
        let ceiling = min(policy.backoffMin * (1 << Int(doublings)), policy.backoffMax)
        let span = max(1, ceiling.wholeMilliseconds)
        return .milliseconds(Int64(step.random() % UInt64(span)) + 1)
    }

    /// Ends what expired; a request that nobody collected ends its referral (transition 16).
    mutating func expire(_ step: inout Step) {
        for id in step.facts.expired {
            guard var delivery = step.facts.deliveries[id], !delivery.state.isSettled,
                delivery.expiresAt <= step.now
            else { continue }
            delivery.state = .expired
            delivery.code = "not-collected"
            fail(&delivery, &step)
            guard step.facts.messages[delivery.message]?.kind == .move(.request) else { continue }
            end(delivery, .expire, ReasonCode("receipt"), &step)
        }
    }

    /// Sets a delivery aside whose stored document no longer matches its hash.
    mutating func quarantine(_ delivery: Delivery, _ step: inout Step) {
        var delivery = delivery
        delivery.state = .undeliverable
        delivery.code = "payload-corrupt"
        var event = AuditEvent(.corruptionFound, at: step.now, outcome: "quarantined")
        event.message = delivery.message
        event.delivery = delivery.id
        step.audit(event)
        step.plan.notices.append(.quarantined(delivery.id))
        fail(&delivery, &step)
        guard step.facts.messages[delivery.message]?.kind == .move(.request) else { return }
        end(delivery, .fail, ReasonCode("undeliverable"), &step)
    }

    /// Gives back the credit of a delivery that is called back.
    mutating func refundCredit(of delivery: Delivery) {
        guard let lease = leases[delivery.id] else { return }
        let policy = policy
        sessions.change(lease.holder) {
            $0.refund(byteCount: lease.byteCount, under: policy)
        }
    }

    private mutating func end(
        _ delivery: Delivery, _ move: ReferralMove, _ reason: ReasonCode, _ step: inout Step
    ) {
        guard var referral = referral(of: delivery, step),
            case .moves(let target) = referral.outcome(of: move, by: .broker, reason: reason),
            move != .expire || referral.state == .requested
        else { return }
        referral.make(move, to: target, reason: reason, at: step.now)
        step.put(referral)
        audit(move, of: referral, by: nil, delivery.message, &step)
        announce(referral, move, &step)
    }

    /// Ends a delivery without acknowledgement: audited, and the sender is told by a report.
    ///
    /// - Parameter agent: who refused it; nil if the broker gave it up.
    mutating func fail(
        _ delivery: inout Delivery, by agent: AgentID? = nil, _ step: inout Step
    ) {
        settle(&delivery, &step)
        step.update(delivery)
        var event = AuditEvent(.deliveryEnded, at: step.now, outcome: delivery.state.rawValue)
        event.agent = agent
        event.organisation = agent.flatMap { directory.agents[$0]?.organisation }
        event.recipient = delivery.mailbox
        event.message = delivery.message
        event.delivery = delivery.id
        event.referral = delivery.thread?.referral
        event.rule = delivery.code
        step.audit(event)
        step.plan.notices.append(
            .deliveryFailed(
                delivery.id, delivery.state, code: delivery.code ?? delivery.state.rawValue))
        guard let message = step.facts.messages[delivery.message] else { return }
        tellSender(of: message, delivery, &step)
        report(delivery, of: message, &step)
    }

    mutating func report(
        _ delivery: Delivery, of message: Message, _ step: inout Step
    ) {
        guard let sender = message.sender, message.kind != .report else { return }
        let referral = referral(of: delivery, step)
        var details = MessageDetails()
        details.report = DeliveryReport(
            message: message.id, mailbox: delivery.mailbox, state: delivery.state,
            code: delivery.code ?? delivery.state.rawValue)
        let report = Message(
            number: step.nextMessage(), id: MessageID(step.uuid()), kind: .report,
            acceptedAt: step.now,
            sender: nil, organisation: nil, thread: message.thread, patient: nil,
            state: referral?.state, version: referral?.version ?? 0, reason: nil,
            expiresAt: step.now + policy.expiryMax, details: details)
        step.insert(report, .none)
        enqueue(report, to: .agent(sender), isOrdered: false, &step)
    }

    /// Tells the sender's organisation how far a message has come.
    private mutating func tellSender(
        of message: Message, _ delivery: Delivery, _ step: inout Step
    ) {
        guard let organisation = message.organisation else { return }
        let event = Event(
            kind: .delivery, at: step.now, subject: step.subject(of: delivery.thread),
            deliveryState: delivery.state)
        append(event, to: .organisation(organisation), &step)
    }

    private mutating func settle(_ delivery: inout Delivery, _ step: inout Step) {
        delivery.settledAt = step.now
        release(delivery.id, &step)
        guard let key = OrderKey(delivery), scheduler.advance(key) else { return }
        lookNow(at: delivery.mailbox, &step)
    }

    mutating func release(_ id: DeliveryID, _ step: inout Step) {
        guard let lease = leases.end(id), let session = sessions[lease.holder],
            leases.count(of: lease.holder) == 0
        else { return }
        sessions.change(lease.holder) { $0.endIsolation() }
        // What had to travel alone, or waited for that, can go now; and who wants to know that
        // nothing is left must not be told so before the store was asked.
        for mailbox in session.mailboxes
        where session.isIsolated || session.drainRequest != nil || scheduler.isStarved(mailbox) {
            lookNow(at: mailbox, &step)
        }
    }

    /// Has a mailbox looked at in the next step, if anybody works it.
    mutating func lookNow(at mailbox: Mailbox, _ step: inout Step) {
        scheduler.look(at: mailbox, by: step.moment.uptime)
    }

    /// Has a delivery's mailbox looked at when it may be sent.
    private mutating func look(at delivery: Delivery, _ step: Step) {
        let wait = max(delivery.notBefore - step.now, .zero)
        scheduler.look(at: delivery.mailbox, by: step.moment.uptime + wait)
    }

    private func referral(of delivery: Delivery, _ step: Step) -> Referral? {
        delivery.thread?.referral.flatMap { step.facts.referrals[$0] }
    }
}

extension Message {
    /// The same message with another end.
    func expiring(at time: Timestamp) -> Message {
        Message(
            number: number, id: id, kind: kind, acceptedAt: acceptedAt, sender: sender,
            organisation: organisation, thread: thread, patient: patient, state: state,
            version: version, reason: reason, expiresAt: time, details: details,
            payloadType: payloadType, payloadHash: payloadHash, payloadByteCount: payloadByteCount)
    }
}
