internal import CareModel
internal import CareStore

extension BrokerCore {
    /// Takes the verdict again on everything about a patient that is on its way.
    ///
    /// What may no longer leave is kept back in this very transaction, what may leave again is
    /// queued, and copies that were handed over and not acknowledged are called back: of what was
    /// loaded. If that is not all, the next steps go on; nothing leaves without a fresh verdict.
    mutating func reconsider(_ patient: PatientKey, _ step: inout Step) {
        for id in added(about: patient, step) { _ = reconsider(id, about: patient, &step) }
        reconsiderations.begin(patient)
        guard step.waiting(about: patient, after: DeliveryID(0)) == nil else {
            return goOnReconsidering(patient, &step)
        }
        // Nothing was loaded from the start: the next step begins, or the next broker.
        let note = reconsiderations.advance(patient, to: DeliveryID(0))
        if let note { step.plan.writes.append(note) }
    }

    /// Goes on with the patients whose deliveries were not all looked at, and with what is kept back
    /// of everybody.
    mutating func goOnReconsidering(_ step: inout Step) {
        for patient in reconsiderations.next.keys.sorted() {
            goOnReconsidering(patient, &step)
        }
        guard let last = reconsiderations.everybodyAfter, step.keys.keptBackAfter == last else {
            return
        }
        let found = step.facts.allKeptBack
        let reached = reconsider(found, &step)
        let isAll = reached == found.last && found.count < FactKeys.expiredMax
        reconsiderations.advanceEverybody(to: isAll ? nil : reached ?? last)
    }

    private mutating func goOnReconsidering(_ patient: PatientKey, _ step: inout Step) {
        // Asked for from another place, or not at all: the next step has it.
        guard let cursor = reconsiderations.cursor(of: patient),
            let loaded = step.waiting(about: patient, after: cursor)
        else { return }
        let reached = reconsider(loaded, &step)
        let isAll = reached == loaded.last && loaded.count < FactKeys.waitingMax
        let note = reconsiderations.advance(patient, to: isAll ? nil : reached ?? cursor)
        if let note { step.plan.writes.append(note) }
    }

    /// Looks again at what was kept back and may leave now: a directive's period has begun.
    mutating func reconsiderKeptBack(_ step: inout Step) {
        _ = reconsider(step.facts.keptBack, &step)
    }

    /// Looks at `deliveries` in order, up to one that nobody could look into yet.
    ///
    /// - Returns: the last that was looked at.
    private mutating func reconsider(
        _ deliveries: [DeliveryID], _ step: inout Step
    ) -> DeliveryID? {
        var last: DeliveryID?
        for id in deliveries {
            let patient = step.facts.deliveries[id]
                .flatMap { step.facts.messages[$0.message]?.patient }
            if let patient, !reconsider(id, about: patient, &step) { break }
            last = id
        }
        return last
    }

    /// The deliveries about a patient that this step has added.
    private func added(about patient: PatientKey, _ step: Step) -> [DeliveryID] {
        step.fresh.filter { id in
            step.facts.deliveries[id].flatMap { step.facts.messages[$0.message]?.patient }
                == patient
        }
    }

    /// False if the verdict depends on a document that nobody has looked into yet.
    private mutating func reconsider(
        _ id: DeliveryID, about patient: PatientKey, _ step: inout Step
    ) -> Bool {
        guard let delivery = step.facts.deliveries[id], !delivery.state.isSettled,
            let message = step.facts.messages[delivery.message], message.payloadType != nil
        else { return true }
        guard !message.isErased else {
            abandon(id, &step)
            return true
        }
        guard !step.awaitsInspection(message) else { return false }
        // The copy in somebody's hands may hold what a new one would leave out. What it left out
        // is known only while its lease lasts.
        var isCopyGood = delivery.agent == nil
        if let holder = delivery.agent {
            let own = clearance(
                for: patient, from: Sender(message), to: delivery.mailbox, collectedBy: holder,
                of: message.number, step)
            isCopyGood = own.isWhole
            if let lease = leases[id], own.refusal == nil, own.redaction == lease.redaction {
                isCopyGood = true
            }
        }
        if delivery.state.isLeased, isCopyGood { return true }
        let broadest = broadestClearance(
            for: patient, from: Sender(message), to: delivery.mailbox, of: message.number, step)
        if broadest.refusal != nil {
            keepBack(delivery, message, broadest, &step)
        } else if delivery.state != .queued {
            queueAgain(delivery, message, &step)
        } else if !isCopyGood {
            var delivery = delivery
            recall(&delivery, message, &step)
            step.update(delivery)
        }
        return true
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
        if let key = OrderKey(delivery) { scheduler.follow(key) }
        lookNow(at: delivery.mailbox, &step)
    }

    /// Keeps a delivery back; its sender is told once.
    mutating func keepBack(
        _ delivery: Delivery, _ message: Message, _ clearance: Clearance, _ step: inout Step
    ) {
        var delivery = delivery
        let wasKeptBack = delivery.state.awaitsVerdict
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

    /// Calls back the copy that an agent may hold, and makes its acknowledgement worthless.
    mutating func recall(
        _ delivery: inout Delivery, _ message: Message, _ step: inout Step
    ) {
        guard let agent = delivery.agent, !delivery.state.awaitsVerdict else { return }
        let fence = delivery.fence
        delivery.fence = fence.next
        delivery.agent = nil
        refundCredit(of: delivery)
        release(delivery.id, &step)
        for session in sessions.of(agent) {
            step.answer(session.peer, .recall(delivery.id, fence))
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
