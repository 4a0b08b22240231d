internal import CareModel
internal import CareStore

extension BrokerCore {
    /// Destroys a patient's data key once two operators have asked for it, or one who is sure.
    mutating func shred(
        _ patient: PatientKey, operatorName: String, isSure: Bool, _ step: inout Step
    ) throws(Rejection) -> Administered {
        guard step.facts.careTeams[patient] != nil || step.epoch(of: patient) > 0 else {
            throw Rejection(
                .unknownPatient, "Nothing is known of that patient. Check the identifier.")
        }
        let first = pendingShreds.wish(for: patient, at: step.now)
        guard isSure || (first != nil && first?.operatorName != operatorName) else {
            let until = first?.until ?? step.now + policy.secondOperatorWait
            pendingShreds.note(
                .init(operatorName: first?.operatorName ?? operatorName, until: until),
                for: patient)
            var event = AuditEvent(.patientShredded, at: step.now, outcome: "requested")
            event.patient = patient
            event.rule = "operator \(operatorName)"
            step.audit(event)
            return .awaitsSecond(until: until)
        }
        pendingShreds.settle(patient)
        endBreakGlasses(for: patient, &step)
        step.plan.writes.append(.shred(patient, at: step.now))
        step.erase(patient)
        raiseEpoch(of: patient, &step)
        // What is on its way can no longer be read by anybody.
        reconsider(patient, &step)
        var event = AuditEvent(.patientShredded, at: step.now, outcome: "shredded")
        event.patient = patient
        event.rule =
            first.map { "operators \($0.operatorName) and \(operatorName)" }
            ?? "operator \(operatorName), alone and sure"
        event.epoch = step.epoch(of: patient)
        step.audit(event)
        return .done
    }

    /// Ends a delivery whose document nobody can read any more.
    mutating func abandon(_ id: DeliveryID, _ step: inout Step) {
        guard var delivery = step.facts.deliveries[id], !delivery.state.isSettled,
            let message = step.facts.messages[delivery.message], message.payloadType != nil
        else { return }
        if delivery.agent != nil { recall(&delivery, message, &step) }
        delivery.state = .undeliverable
        delivery.code = "patient-shredded"
        fail(&delivery, &step)
    }
}
