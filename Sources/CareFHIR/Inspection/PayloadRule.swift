public import CareModel

/// Says which resources the payload of a message has to hold.
public struct PayloadRule: Hashable, Sendable {
    /// At least one entry has to be of one of these types, and about the patient; empty for any.
    public var anyOf: Set<String>
    /// Whether the one resource that matters has to be alone of its type.
    public var isSole: Bool

    /// Makes a rule.
    public init(anyOf: Set<String>, isSole: Bool = false) {
        self.anyOf = anyOf
        self.isSole = isSole
    }

    /// The rule of a message kind, as CLP/1 names kinds; kinds without one of their own may carry
    /// any of the resources people write to each other about a referral.
    public static func forKind(_ kind: String) -> PayloadRule { table[kind] ?? general }

    private static let results: Set<String> = [
        "ClinicalImpression", "Communication", "Composition", "DiagnosticReport",
        "DocumentReference", "Encounter", "Observation",
    ]

    private static let general = PayloadRule(anyOf: [
        "Appointment", "CarePlan", "ClinicalImpression", "Communication", "CommunicationRequest",
        "Composition", "DiagnosticReport", "DocumentReference", "Encounter", "Observation",
        "QuestionnaireResponse", "ServiceRequest", "Task",
    ])

    private static let table: [String: PayloadRule] = [
        "request": PayloadRule(anyOf: ["ServiceRequest"]),
        "note": PayloadRule(anyOf: results),
        "complete": PayloadRule(anyOf: results),
        "schedule": PayloadRule(anyOf: ["Appointment", "Communication", "Task"]),
        "consent-put": PayloadRule(anyOf: ["Consent"], isSole: true),
    ]
}

/// Is what an envelope says of its payload.
public struct PayloadExpectation: Hashable, Sendable {
    /// The patient, as the envelope names them.
    public var patient: BusinessIdentifier
    /// What the payload has to hold.
    public var rule: PayloadRule

    /// Makes the expectation of a message of `kind`.
    public init(patient: BusinessIdentifier, kind: String) {
        self.init(patient: patient, rule: .forKind(kind))
    }

    /// Makes an expectation with a rule of its own.
    public init(patient: BusinessIdentifier, rule: PayloadRule) {
        self.patient = patient
        self.rule = rule
    }
}

/// Is what inspection found in a payload.
public struct PayloadInspection: Hashable, Sendable {
    /// The types of the entries, or of the one resource, each once and sorted.
    public let resourceTypes: [String]
    /// Every part that a rule may take out with what consent rules must know of it, in the order
    /// of the document.
    public let items: [ContentItem]
}
