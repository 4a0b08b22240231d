internal import CareModel

/// Says what an event is in the words of FHIR, DICOM and IHE.
struct AuditEventClass: Hashable, Sendable {
    /// The family of events.
    let type: Coding
    /// What it is within the family; the broker's own word where the standards have none.
    let subtypes: [Coding]
    /// The R4 audit-event-action: C, R, U, D or E.
    let action: String
    /// The R4 audit-event-outcome: 0 for success, 4 and 8 for failures.
    let outcome: String

    init(_ event: AuditEvent) {
        let isRenewal = event.kind == .consentRecorded && Self.isRenewal(event.outcome)
        type = Self.type(event.kind)
        let standard = isRenewal ? [AuditEventCode.amend] : Self.subtypes(event.kind)
        subtypes = standard.isEmpty ? [AuditEventCode.kind(event.kind)] : standard
        action = isRenewal ? "U" : Self.action(event)
        outcome = Self.outcome(event)
    }

    private static func type(_ kind: AuditEvent.Kind) -> Coding {
        switch kind {
        // BALP gives these three their types.
        case .consentDecided: AuditEventCode.securityAlert
        case .disclosureSent: AuditEventCode.export
        case .disclosureReceived: AuditEventCode.import
        // Alerts that succeeded are informative; DICOM PS3.15, A.5.3.11.
        case .disclosureWithheld, .disclosureRecalled, .accessRefused, .connectionRefused,
            .corruptionFound, .enrolled, .revoked, .keysRotated, .breakGlassStarted,
            .breakGlassEnded, .breakGlassReviewed:
            AuditEventCode.securityAlert
        case .consentRecorded, .consentRevoked, .patientShredded: AuditEventCode.patientRecord
        case .referralMoved: AuditEventCode.orderRecord
        case .consentChecked, .timelineRead: AuditEventCode.query
        // DICOM PS3.15, A.5.3.2.
        case .accountingRead: AuditEventCode.auditLogUsed
        case .configured: AuditEventCode.applicationActivity
        case .deliveryEnded, .replayed: AuditEventCode.transmit
        }
    }

    private static func subtypes(_ kind: AuditEvent.Kind) -> [Coding] {
        switch kind {
        case .consentDecided, .disclosureWithheld: [AuditEventCode.decisionByConsent]
        case .disclosureSent, .disclosureReceived: [AuditEventCode.disclose]
        case .accessRefused: [AuditEventCode.decisionByRole]
        case .connectionRefused: [AuditEventCode.nodeAuthentication]
        case .enrolled, .revoked: [AuditEventCode.userSecurityAttributesChanged]
        case .keysRotated: [AuditEventCode.securityConfiguration]
        case .breakGlassStarted: [AuditEventCode.emergencyOverrideStarted]
        case .breakGlassEnded: [AuditEventCode.emergencyOverrideStopped]
        case .configured: [AuditEventCode.applicationStart]
        case .consentRecorded: [AuditEventCode.originate]
        case .consentRevoked: [AuditEventCode.deprecate]
        case .patientShredded: [AuditEventCode.destroy]
        case .breakGlassReviewed, .consentChecked, .accountingRead, .corruptionFound,
            .deliveryEnded, .disclosureRecalled, .referralMoved, .replayed, .timelineRead:
            []
        }
    }

    private static func action(_ event: AuditEvent) -> String {
        switch event.kind {
        case .disclosureSent, .accountingRead: "R"
        case .disclosureReceived, .consentRecorded: "C"
        case .consentRevoked: "U"
        case .patientShredded: "D"
        case .referralMoved: event.rule == ReferralMove.request.rawValue ? "C" : "U"
        // DICOM lets an alert, a query and an application's activity be nothing but E.
        case .consentDecided, .disclosureWithheld, .disclosureRecalled, .accessRefused,
            .connectionRefused, .corruptionFound, .enrolled, .revoked, .keysRotated,
            .breakGlassStarted, .breakGlassEnded, .breakGlassReviewed, .consentChecked,
            .timelineRead, .configured, .deliveryEnded, .replayed:
            "E"
        }
    }

    private static func outcome(_ event: AuditEvent) -> String {
        switch event.kind {
        case .consentDecided, .disclosureWithheld: outcome(ofVerdict: event.outcome)
        // To a refusal BALP's example gives 8; a serious failure is one that was mitigated
        // (DICOM PS3.15, A.5.3.11).
        case .accessRefused, .corruptionFound: "8"
        case .connectionRefused, .deliveryEnded: "4"
        case .disclosureSent, .disclosureReceived, .disclosureRecalled, .consentRecorded,
            .consentRevoked, .consentChecked, .referralMoved, .enrolled, .revoked, .replayed,
            .breakGlassStarted, .breakGlassEnded, .breakGlassReviewed, .timelineRead,
            .accountingRead, .configured, .keysRotated, .patientShredded:
            "0"
        }
    }

    /// What may still turn out well is a minor failure.
    private static func outcome(ofVerdict outcome: String) -> String {
        switch outcome {
        case "permit", "permit-redacted": "0"
        case "hold", RefusalCode.consentUndecided.rawValue: "4"
        default: "8"
        }
    }

    /// Whether the outcome names a later version than a directive's first.
    private static func isRenewal(_ outcome: String) -> Bool {
        let words = outcome.split(separator: " ")
        guard words.count == 2, words[0] == "version", let version = Int64(words[1]) else {
            return false
        }
        return version > 1
    }
}
