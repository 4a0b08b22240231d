internal import CareModel

extension BrokerCore {
    /// Takes the verdict again on everything about a patient that is on its way.
    ///
    /// What may no longer leave is kept back in this very transaction; what may leave again is
    /// queued; copies that were handed over and not acknowledged are called back.
    mutating func reconsider(_ patient: PatientKey, _ step: inout Step) {
        for id in onItsWay(of: patient, step) { reconsider(id, about: patient, &step) }
    }

    /// The unsettled deliveries about a patient, those that this step has added too.
    func onItsWay(of patient: PatientKey, _ step: Step) -> [DeliveryID] {
        let added = step.fresh.filter { id in
            step.facts.deliveries[id].flatMap { step.facts.messages[$0.message]?.patient }
                == patient
        }
        return Set(step.facts.waiting[patient] ?? []).union(added).sorted()
    }

    /// Looks again at what was kept back and may leave now: a directive's period has begun.
    mutating func reconsiderKeptBack(_ step: inout Step) {
        for id in step.facts.keptBack {
            guard let delivery = step.facts.deliveries[id],
                let patient = step.facts.messages[delivery.message]?.patient
            else { continue }
            reconsider(id, about: patient, &step)
        }
    }

    private mutating func reconsider(
        _ id: DeliveryID, about patient: PatientKey, _ step: inout Step
    ) {
        guard let delivery = step.facts.deliveries[id], !delivery.state.isSettled,
            let message = step.facts.messages[delivery.message], message.payloadType != nil
        else { return }
        let contents = step.contents[message.number]
        // The copy in somebody's hands may hold what a new one would leave out. What it left out
        // is known only while its lease lasts.
        var isCopyGood = delivery.agent == nil
        if let holder = delivery.agent {
            let own = clearance(
                for: patient, to: delivery.mailbox, collectedBy: holder, contents: contents, step)
            isCopyGood = own.isWhole
            if let lease = leases[id], own.refusal == nil, own.redaction == lease.redaction {
                isCopyGood = true
            }
        }
        if delivery.state.isLeased, isCopyGood { return }
        let broadest = broadestClearance(
            for: patient, to: delivery.mailbox, contents: contents, step)
        if broadest.refusal != nil {
            keepBack(delivery, message, broadest, &step)
        } else if delivery.state != .queued {
            queueAgain(delivery, message, &step)
        } else if !isCopyGood {
            var delivery = delivery
            recall(&delivery, message, &step)
            step.update(delivery)
        }
    }

    private mutating func queueAgain(
        _ delivery: Delivery, _ message: Message, _ step: inout Step
    ) {
        var delivery = delivery
        recall(&delivery, message, &step)
        delivery.state = .queued
        delivery.notBefore = step.now
        delivery.code = nil
        step.update(delivery)
        // Those that went past while it was kept back wait behind it again.
        if let key = OrderKey(delivery) { followers[key, default: 0] += 1 }
        lookNow(at: delivery.mailbox, &step)
    }

    /// Keeps a delivery back; its sender is told once.
    mutating func keepBack(
        _ delivery: Delivery, _ message: Message, _ clearance: Clearance, _ step: inout Step
    ) {
        var delivery = delivery
        let wasKeptBack = delivery.state.isKeptBack
        let code = clearance.refusal?.code ?? .consentUndecided
        recall(&delivery, message, &step)
        delivery.state = code == .consentUndecided ? .held : .withheld
        delivery.code = code.rawValue
        let consents = message.patient.flatMap { step.consents[$0] }
        delivery.notBefore = consents?.nextChange(after: step.now) ?? .distantFuture
        step.update(delivery)
        guard !wasKeptBack else { return }
        step.audit(disclosure(.disclosureWithheld, of: delivery, message, to: nil, clearance, step))
        report(delivery, of: message, &step)
        lookNow(at: delivery.mailbox, &step)
    }

    /// Takes back what the log says of a copy that could not be made, and keeps its delivery back.
    mutating func withdraw(
        _ number: MessageNumber, _ id: DeliveryID?, _ step: inout Step
    ) {
        guard let message = step.facts.messages[number], let patient = message.patient else {
            return
        }
        var event = AuditEvent(.disclosureWithheld, at: step.now, outcome: "copy-not-made")
        event.message = number
        event.delivery = id
        event.referral = message.thread?.referral
        event.patient = patient
        event.epoch = step.epoch(of: patient)
        guard var delivery = id.flatMap({ step.facts.deliveries[$0] }), delivery.state.isLeased
        else { return step.audit(event) }
        event.recipient = delivery.mailbox
        step.audit(event)
        refundCredit(of: delivery, step)
        release(delivery.id, &step)
        delivery.state = .withheld
        delivery.code = RefusalCode.consentLeavesNothing.rawValue
        delivery.agent = nil
        delivery.fence = delivery.fence.next
        delivery.notBefore = .distantFuture
        step.update(delivery)
        report(delivery, of: message, &step)
        lookNow(at: delivery.mailbox, &step)
    }

    /// Calls back the copy that an agent may hold, and makes its acknowledgement worthless.
    mutating func recall(
        _ delivery: inout Delivery, _ message: Message, _ step: inout Step
    ) {
        guard let agent = delivery.agent, !delivery.state.isKeptBack else { return }
        let fence = delivery.fence
        delivery.fence = fence.next
        delivery.agent = nil
        refundCredit(of: delivery, step)
        release(delivery.id, &step)
        for session in sessions.values.filter({ $0.agent == agent }).inOrder {
            step.answer(session.peer, request: 0, .recall(delivery.id, fence))
        }
        var event = event(
            .disclosureRecalled, "recalled", of: delivery, message, to: agent, step)
        event.epoch = message.patient.map { step.epoch(of: $0) }
        step.audit(event)
    }

    /// What the audit log says of a document that went to somebody, or did not.
    func disclosure(
        _ kind: AuditEvent.Kind, of delivery: Delivery, _ message: Message, to agent: AgentID?,
        _ clearance: Clearance, _ step: Step
    ) -> AuditEvent {
        var event = event(kind, "", of: delivery, message, to: agent, step)
        event.note(clearance)
        return event
    }

    /// What the audit log says of a message on its way to somebody.
    func event(
        _ kind: AuditEvent.Kind, _ outcome: String, of delivery: Delivery, _ message: Message,
        to agent: AgentID?, _ step: Step
    ) -> AuditEvent {
        var event = AuditEvent(kind, at: step.now, outcome: outcome)
        event.agent = agent
        event.organisation = directory.organisation(of: delivery.mailbox)
        event.recipient = delivery.mailbox
        event.message = message.number
        event.delivery = delivery.id
        event.referral = delivery.thread?.referral
        event.patient = message.patient
        return event
    }
}
