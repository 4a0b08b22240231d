internal import CareFHIR
internal import CareModel
internal import CareWire

extension AuditRecord {
    /// Stands for the one patient of an accounting, whose key agents do not know.
    static let accountedPatient = PatientKey(bytes: [UInt8](repeating: 0, count: 32))

    /// Takes a line of the accounting; nil for an event that this program does not know.
    init?(_ wire: WireDisclosure) {
        guard let kind = AuditEvent.Kind(rawValue: wire.event) else { return nil }
        var event = AuditEvent(
            kind, at: Timestamp(milliseconds: wire.atMs), outcome: wire.outcome)
        event.agent = AgentID(wire.agent)
        event.organisation = OrganisationID(wire.organisation)
        event.recipient = Mailbox(wire.recipient)
        event.patient = Self.accountedPatient
        event.rule = wire.rule.isEmpty ? nil : wire.rule
        event.purpose = wire.purpose.isEmpty ? nil : wire.purpose
        event.epoch = wire.consentEpoch == 0 && wire.purpose.isEmpty ? nil : wire.consentEpoch
        self.init(sequence: Int64(clamping: wire.sequence), event: event)
    }

    /// A FHIR Bundle of AuditEvents for the patient; and how many lines are not in it.
    static func bundle(
        _ disclosures: [WireDisclosure], of patient: BusinessIdentifier, broker: String,
        at now: Timestamp
    ) -> (bytes: [UInt8], skippedCount: Int) {
        let records = disclosures.compactMap { AuditRecord($0) }
        var patients: [PatientKey: BusinessIdentifier] = [:]
        if let key = accountedPatient { patients[key] = patient }
        let bundle = AuditEventBuilder(brokerName: broker)
            .bundle(records, madeAt: now, patients: patients)
        return (bundle.bytes, disclosures.count - records.count)
    }
}
