internal import CareFHIR
internal import CareModel

extension AuditRecord {
    /// Stands for the one patient of an accounting, whose key agents do not know.
    static let accountedPatient = PatientKey(bytes: [UInt8](repeating: 0, count: 32))

    /// Takes a line of the accounting; nil for an event that this program does not know.
    init?(_ line: DisclosureView) {
        guard let kind = AuditEvent.Kind(rawValue: line.event), let at = line.at else {
            return nil
        }
        var event = AuditEvent(kind, at: at, outcome: line.outcome)
        event.agent = line.agent
        event.actingFor = line.actingFor
        event.organisation = line.organisation
        event.recipient = line.recipient
        event.patient = Self.accountedPatient
        event.rule = line.rule
        event.purpose = line.purpose
        event.epoch = line.consentEpoch == 0 && line.purpose == nil ? nil : line.consentEpoch
        self.init(sequence: Int64(clamping: line.sequence), event: event)
    }

    /// A FHIR Bundle of AuditEvents for the patient; and how many lines are not in it.
    static func bundle(
        _ disclosures: [DisclosureView], of patient: BusinessIdentifier, broker: String,
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
