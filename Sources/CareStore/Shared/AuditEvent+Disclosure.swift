package import CareModel

extension AuditEvent.Kind {
    /// What the accounting of a patient's disclosures lists.
    package static let accounted: [AuditEvent.Kind] = [
        .disclosureSent, .disclosureReceived, .disclosureWithheld, .disclosureRecalled,
        .breakGlassStarted, .breakGlassEnded, .breakGlassReviewed, .consentChecked,
        .accountingRead, .timelineRead,
    ]
}
