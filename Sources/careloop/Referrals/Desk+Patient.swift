internal import CareAgent
internal import CareFHIR
internal import CareModel

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

    /// The patient of a referral that this agent sent, or of the leg it goes on from.
    private func ownPatient(of referral: ReferralID) throws -> AgentStore.Patient? {
        var leg: ReferralID? = referral
        for _ in 0..<Self.legCountMax {
            guard let id = leg else { return nil }
            if let patient = try store.patient(of: id) { return patient }
            leg = try store.referral(id)?.previous
        }
        return nil
    }

    /// No referral is passed on more often.
    private static let legCountMax = 16

    /// What this terminal knows of the patient of a referral whose documents are at hand, also
    /// those that a colleague has collected.
    func patientLook(
        of referral: ReferralID, _ history: [HistoryEntry], at time: ShowingTime
    ) throws -> PatientLook {
        PatientLook(
            label: try ownPatient(of: referral)?.alias ?? "",
            documents: history.reversed().compactMap(\.payload), at: time)
    }

    /// What this terminal knows of the patient of a referral.
    func patientLook(of referral: ReferralID, at time: ShowingTime) throws -> PatientLook {
        let alias = try ownPatient(of: referral)?.alias ?? ""
        let received = try store.inbox(about: referral).map { entry in
            (entry.envelope.acceptedAt ?? Timestamp(milliseconds: 0), entry.payload)
        }
        let sent = try store.sent(about: referral).map { entry in
            (entry.answeredAt ?? entry.createdAt, entry.draft.payload)
        }
        let documents = (sent + received).sorted { $0.0 > $1.0 }.compactMap { $0.1 }
        return PatientLook(label: alias, documents: documents, at: time)
    }

    /// What the documents on this machine say of patients, by identifier.
    func patientLooks() throws -> [BusinessIdentifier: PatientLook] {
        var documents: [BusinessIdentifier: [(at: Timestamp, document: Payload)]] = [:]
        for entry in try store.inbox() {
            let envelope = entry.envelope
            guard let payload = entry.payload, let patient = envelope.patient else { continue }
            let at = envelope.acceptedAt ?? Timestamp(milliseconds: 0)
            documents[patient, default: []].append((at, payload))
        }
        for id in try store.referrals().map(\.id) {
            for entry in try store.sent(about: id) {
                guard let payload = entry.draft.payload, let patient = entry.draft.patient
                else { continue }
                documents[patient, default: []].append(
                    (entry.answeredAt ?? entry.createdAt, payload))
            }
        }
        let showing = times.showing
        return documents.mapValues { entries in
            let newestFirst = entries.sorted { $0.at > $1.at }.map(\.document)
            return PatientLook(label: "", documents: newestFirst, at: showing)
        }
    }

    /// Who a document about a referral has to be about: named as in the referral's first message.
    func patientRecord(of referral: ReferralID) throws -> PatientRecord {
        if let patient = try ownPatient(of: referral) { return PatientRecord(patient) }
        let showing = times.showing
        let collected = try store.inbox(about: referral).lazy.compactMap { entry in
            PatientRecord(envelope: entry.envelope, entry.payload, at: showing)
        }
        if let record = try collected.first ?? patientRecordOfBroker(referral) { return record }
        let sent = try store.sent(about: referral).lazy.compactMap(\.draft.patient)
        if let identifier = sent.first { return PatientRecord(identifiers: [identifier]) }
        throw CommandFailure(
            .refused, "unknown-patient",
            "The referral's first document is not here, so a document about it cannot be "
                + "addressed. Run `careloop show` on it while the broker can be reached.")
    }

    /// For a colleague of the agent that collected the referral.
    private func patientRecordOfBroker(_ referral: ReferralID) throws -> PatientRecord? {
        guard
            let request = try refreshed(referral)?.messages.first(where: { $0.payloadByteCount > 0 }
            ),
            let answer = try ask(.content(request.id)), let envelope = answer.content
        else { return nil }
        return PatientRecord(envelope: envelope, answer.document, at: times.showing)
    }
}

extension PatientRecord {
    init(_ patient: AgentStore.Patient) {
        self.init(
            identifiers: [patient.identifier], name: JSONText.text(patient.name),
            birthDate: JSONText.text(patient.birthDate))
    }

    /// Takes whom an envelope names; where it names nobody, whom its document is about.
    init?(envelope: Envelope, _ payload: Payload?, at time: ShowingTime) {
        let summary = payload.flatMap { try? PatientSummary(of: $0.bytes, at: time) }
        guard
            let identifier = envelope.patient ?? summary?.identifiers.first
        else { return nil }
        self.init(
            identifiers: [identifier], name: summary.flatMap { JSONText.text($0.name) },
            birthDate: summary?.birthDate)
    }
}
