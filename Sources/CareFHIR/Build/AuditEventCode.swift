internal import CareModel

/// Holds the codes with which audit events are written.
///
/// DICOM: PS3.16, CID 400 (event), 401 and 403 (event type), 402 (role). HL7: the code systems that
/// FHIR R4 binds to AuditEvent, section 6.4.
enum AuditEventCode {
    static let applicationActivity = dicom("110100")
    static let auditLogUsed = dicom("110101")
    static let export = dicom("110106")
    static let `import` = dicom("110107")
    static let orderRecord = dicom("110109")
    static let patientRecord = dicom("110110")
    static let query = dicom("110112")
    static let securityAlert = dicom("110113")

    static let applicationStart = dicom("110120")
    static let nodeAuthentication = dicom("110126")
    static let emergencyOverrideStarted = dicom("110127")
    static let securityConfiguration = dicom("110129")
    static let userSecurityAttributesChanged = dicom("110137")
    static let emergencyOverrideStopped = dicom("110138")

    static let application = dicom("110150")
    static let destination = dicom("110152")
    static let source = dicom("110153")

    static let originate = lifecycle("originate")
    static let amend = lifecycle("amend")
    static let deprecate = lifecycle("deprecate")
    static let destroy = lifecycle("destroy")
    static let disclose = lifecycle("disclose")
    static let transmit = lifecycle("transmit")

    static let decisionByConsent = authorization("AuthZ-Consent")
    static let decisionByRole = authorization("AuthZ-Role")

    static let informationRecipient = Coding(
        system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code: "IRCP")
    static let provider = Coding(
        system: "http://terminology.hl7.org/CodeSystem/v3-RoleClass", code: "PROV")
    static let authorizationServer = Coding(
        system: "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
        code: "authserver")
    static let humanUser = Coding(
        system: "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
        code: "humanuser")
    static let applicationServer = Coding(
        system: "http://terminology.hl7.org/CodeSystem/security-source-type", code: "4")

    static let person = entityType("1")
    static let systemObject = entityType("2")

    static let patientRole = role("1")
    static let reportRole = role("3")
    static let domainResourceRole = role("4")
    static let securityResourceRole = role("13")
    static let jobRole = role("20")

    /// The broker's own word for what happened.
    static func kind(_ kind: AuditEvent.Kind) -> Coding {
        Coding(system: "urn:careloop:audit-event", code: kind.rawValue)
    }

    private static func dicom(_ code: String) -> Coding {
        Coding(system: "http://dicom.nema.org/resources/ontology/DCM", code: code)
    }

    // ISO 21089, part of R4's audit-event-type.
    private static func lifecycle(_ code: String) -> Coding {
        Coding(system: "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", code: code)
    }

    private static func authorization(_ code: String) -> Coding {
        Coding(system: "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType", code: code)
    }

    private static func entityType(_ code: String) -> Coding {
        Coding(system: "http://terminology.hl7.org/CodeSystem/audit-entity-type", code: code)
    }

    private static func role(_ code: String) -> Coding {
        Coding(system: "http://terminology.hl7.org/CodeSystem/object-role", code: code)
    }
}
