public import CareModel

/// Says which resources the payload of a message has to hold, and how they have to stand.
public struct PayloadRule: Hashable, Sendable {
    /// At least one entry has to be of one of these types, and about the patient; empty for any.
    public var anyOf: Set<String>
    /// Whether the one resource that matters has to be alone of its type.
    public var isSole: Bool
    /// Whether the resource that matters asks for something, as a referral does.
    public var isReferral: Bool
    /// The statuses under which a resource of a type counts; a type that is not named always does.
    public var statuses: [String: Set<String>]

    /// Makes a rule.
    public init(
        anyOf: Set<String>, isSole: Bool = false, isReferral: Bool = false,
        statuses: [String: Set<String>] = [:]
    ) {
        self.anyOf = anyOf
        self.isSole = isSole
        self.isReferral = isReferral
        self.statuses = statuses
    }

    /// The rule of a message kind, as CLP/1 names kinds; kinds without one of their own may carry
    /// any of the resources people write to each other about a referral.
    public static func forKind(_ kind: String) -> PayloadRule { table[kind] ?? general }

    /// What was said, seen or done, and holds: not planned, called off or entered in error.
    private static let results = PayloadRule(statuses: [
        "ClinicalImpression": ["in-progress", "completed"],
        "Communication": ["in-progress", "completed"],
        "Composition": ["preliminary", "final", "amended"],
        "DiagnosticReport": [
            "partial", "preliminary", "final", "amended", "corrected", "appended",
        ],
        "DocumentReference": ["current"],
        "Encounter": ["arrived", "triaged", "in-progress", "onleave", "finished"],
        "Observation": ["preliminary", "final", "amended", "corrected"],
    ])

    private static let general = PayloadRule(anyOf: [
        "Appointment", "CarePlan", "ClinicalImpression", "Communication", "CommunicationRequest",
        "Composition", "DiagnosticReport", "DocumentReference", "Encounter", "Observation",
        "QuestionnaireResponse", "ServiceRequest", "Task",
    ])

    private static let table: [String: PayloadRule] = [
        "request": PayloadRule(
            anyOf: ["ServiceRequest"], isReferral: true,
            // HL7 v2 has referrals that wait for the recipient; as FHIR those are on hold.
            statuses: ["ServiceRequest": ["active", "on-hold"]]),
        "note": results,
        "complete": results,
        "schedule": PayloadRule(statuses: [
            "Appointment": ["pending", "booked", "arrived", "checked-in", "fulfilled"],
            "Communication": ["in-progress", "completed"],
            "Task": [
                "requested", "received", "accepted", "ready", "in-progress", "on-hold",
                "completed",
            ],
        ]),
        "consent-put": PayloadRule(anyOf: ["Consent"], isSole: true),
    ]

    private init(statuses: [String: Set<String>]) {
        self.init(anyOf: Set(statuses.keys), statuses: statuses)
    }
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
    /// Whether the document says that its patient has died.
    public let isPatientDeceased: Bool
}
