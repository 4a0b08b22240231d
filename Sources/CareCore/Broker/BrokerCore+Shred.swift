internal import CareModel

extension BrokerCore {
    /// Destroys a patient's data key once two operators have asked for it, or one who is sure.
    mutating func shred(
        _ patient: PatientKey, operatorName: String, isSure: Bool, _ step: inout Step
    ) throws(Rejection) -> Administered {
        guard step.facts.careTeams[patient] != nil || step.epoch(of: patient) > 0 else {
            throw Rejection(
                .unknownPatient, "Nothing is known of that patient. Check the identifier.")
        }
        let first = pendingShreds[patient].flatMap { step.now < $0.until ? $0 : nil }
        guard isSure || (first != nil && first?.operatorName != operatorName) else {
            let until = first?.until ?? step.now + policy.secondOperatorWait
            pendingShreds[patient] = PendingShred(
                operatorName: first?.operatorName ?? operatorName, until: until)
            var event = AuditEvent(.patientShredded, at: step.now, outcome: "requested")
            event.patient = patient
            event.rule = "operator \(operatorName)"
            step.audit(event)
            return .awaitsSecond(until: until)
        }
        pendingShreds[patient] = nil
        for id in onItsWay(of: patient, step) { abandon(id, &step) }
        endBreakGlasses(for: patient, &step)
        step.plan.writes.append(.shred(patient, at: step.now))
        step.consents[patient] = PatientConsents(epoch: step.epoch(of: patient))
        raiseEpoch(of: patient, &step)
        var event = AuditEvent(.patientShredded, at: step.now, outcome: "shredded")
        event.patient = patient
        event.rule =
            first.map { "operators \($0.operatorName) and \(operatorName)" }
            ?? "operator \(operatorName), alone and sure"
        event.epoch = step.epoch(of: patient)
        step.audit(event)
        return .done
    }

    /// Ends a delivery whose document is about to become unreadable.
    private mutating func abandon(_ id: DeliveryID, _ step: inout Step) {
        guard var delivery = step.facts.deliveries[id], !delivery.state.isSettled,
            let message = step.facts.messages[delivery.message], message.payloadType != nil
        else { return }
        if delivery.agent != nil { recall(&delivery, message, &step) }
        delivery.state = .undeliverable
        delivery.code = "patient-shredded"
        fail(&delivery, &step)
    }
}

/// Is one operator's wish to shred a patient, waiting for a second one.
struct PendingShred: Sendable {
    let operatorName: String
    let until: Timestamp
}
