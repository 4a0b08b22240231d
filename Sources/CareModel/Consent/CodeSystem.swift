/// Names the HL7 code systems whose codes the evaluator understands.
///
/// Sources write the same system in several ways; ``canonical(_:)`` brings them together.
public enum CodeSystem {
    /// Purposes of use (v3-ActReason).
    public static let purpose = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
    /// Confidentiality levels (v3-Confidentiality).
    public static let confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    /// Sensitivities, obligations and consent types (v3-ActCode).
    public static let actCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    /// What a recipient does with data (consentaction).
    public static let action = "http://terminology.hl7.org/CodeSystem/consentaction"
    /// FHIR resource types, as `Consent.provision.class` names them.
    public static let resourceTypes = "http://hl7.org/fhir/resource-types"

    /// Which part an actor has in something that is done (v3-ParticipationType).
    public static let participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
    /// In what capacity an actor acts (v3-RoleClass).
    public static let roleClass = "http://terminology.hl7.org/CodeSystem/v3-RoleClass"
    /// The same, more closely (v3-RoleCode).
    public static let roleCode = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
    /// What a consent is about (consentscope).
    public static let scope = "http://terminology.hl7.org/CodeSystem/consentscope"
    /// Kinds of consent (consentcategorycodes).
    public static let category = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"

    /// The usual URI of `system`; itself if it is none of those above.
    ///
    /// Takes the URIs of FHIR STU3 and the OIDs of HL7 v3.
    public static func canonical(_ system: String) -> String {
        switch system {
        case "http://hl7.org/fhir/v3/ActReason", "urn:oid:2.16.840.1.113883.5.8": purpose
        case "http://hl7.org/fhir/v3/Confidentiality", "urn:oid:2.16.840.1.113883.5.25":
            confidentiality
        case "http://hl7.org/fhir/v3/ActCode", "urn:oid:2.16.840.1.113883.5.4": actCode
        case "http://hl7.org/fhir/consentaction": action
        case "http://hl7.org/fhir/v3/ParticipationType", "urn:oid:2.16.840.1.113883.5.90":
            participation
        case "http://hl7.org/fhir/v3/RoleClass", "urn:oid:2.16.840.1.113883.5.110": roleClass
        case "http://hl7.org/fhir/v3/RoleCode", "urn:oid:2.16.840.1.113883.5.111": roleCode
        case "http://hl7.org/fhir/consentscope": scope
        case "http://hl7.org/fhir/consentcategorycodes": category
        case "http://hl7.org/fhir/fhir-types", "http://hl7.org/fhir/ValueSet/resource-types":
            resourceTypes
        default: system
        }
    }
}

extension Coding {
    /// A purpose of use of v3-ActReason, such as `COC`.
    public static func purpose(_ code: String) -> Coding {
        Coding(system: CodeSystem.purpose, code: code)
    }

    /// A level of v3-Confidentiality, such as `R`.
    public static func confidentiality(_ code: String) -> Coding {
        Coding(system: CodeSystem.confidentiality, code: code)
    }

    /// A FHIR resource type as a class of content.
    public static func resourceType(_ type: String) -> Coding {
        Coding(system: CodeSystem.resourceTypes, code: type)
    }

    /// A consent action, such as `disclose`.
    public static func action(_ code: String) -> Coding {
        Coding(system: CodeSystem.action, code: code)
    }

    /// Coordination of care: why this product moves data at all.
    public static let coordinationOfCare = purpose("COC")
    /// Break-glass: an override that only its own code permits.
    public static let breakGlass = purpose("BTG")
}
