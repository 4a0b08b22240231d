internal import CareAgent
internal import CareFHIR
internal import CareModel
internal import CareWire

extension Desk {
    /// The patient of an alias.
    func patient(_ alias: String) throws -> AgentStore.Patient {
        guard let patient = try store.patient(alias) else {
            throw CommandFailure(
                .refused, "unknown-patient",
                "No patient goes by that alias here. See `careloop patient list`, "
                    + "or add one with `careloop patient add ALIAS`.")
        }
        return patient
    }

    /// What this terminal calls the patient of a referral: the alias, or the name in the request.
    func patientLabel(of referral: ReferralID) throws -> String {
        if let patient = try store.patient(of: referral) { return patient.alias }
        for entry in try store.inbox(about: referral) {
            guard let payload = entry.payload,
                let summary = try? PatientSummary(of: payload.bytes), !summary.name.isEmpty
            else { continue }
            return summary.name
        }
        return ""
    }

    /// Who a document about a referral has to be about: named as in the referral's first message.
    func patientRecord(of referral: ReferralID) throws -> PatientRecord {
        if let patient = try store.patient(of: referral) { return PatientRecord(patient) }
        let sent = try store.sent(about: referral).lazy.filter { $0.submit.hasPatient }
        if let identifier = sent.compactMap({ BusinessIdentifier($0.submit.patient) }).first {
            return PatientRecord(identifiers: [identifier])
        }
        for entry in try store.inbox(about: referral) where entry.deliver.envelope.hasPatient {
            guard let identifier = BusinessIdentifier(entry.deliver.envelope.patient) else {
                continue
            }
            let summary = entry.payload.flatMap { try? PatientSummary(of: $0.bytes) }
            return PatientRecord(
                identifiers: [identifier], name: summary.flatMap { JSONText.text($0.name) },
                birthDate: summary?.birthDate)
        }
        if let record = try patientRecordOfBroker(referral) { return record }
        throw CommandFailure(
            .refused, "unknown-patient",
            "The referral's first document is not here, so a document about it cannot be "
                + "addressed. Run `careloop show` on it while the broker can be reached.")
    }

    /// For a colleague of the agent that collected the referral.
    private func patientRecordOfBroker(_ referral: ReferralID) throws -> PatientRecord? {
        guard let request = try refreshed(referral)?.messages.first(where: { $0.payloadBytes > 0 })
        else { return nil }
        var question = WireContentQuestion()
        question.messageID = request.messageID
        guard let answer = try ask(.content(question)),
            let identifier = BusinessIdentifier(answer.result.content.patient)
        else { return nil }
        let summary = answer.payload.flatMap { try? PatientSummary(of: $0.bytes) }
        return PatientRecord(
            identifiers: [identifier], name: summary.flatMap { JSONText.text($0.name) },
            birthDate: summary?.birthDate)
    }
}

extension BusinessIdentifier {
    init?(_ wire: WireBusinessIdentifier) { self.init(system: wire.system, value: wire.value) }
}

extension PatientRecord {
    init(_ patient: AgentStore.Patient) {
        self.init(
            identifiers: [patient.identifier], name: JSONText.text(patient.name),
            birthDate: JSONText.text(patient.birthDate))
    }
}
