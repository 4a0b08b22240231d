public import CareModel

/// Writes a patient's directive as a FHIR R4 Consent in the dialect of IHE PCF.
public struct ConsentBuilder: Hashable, Sendable {
    /// Whose consent it is.
    public var patient: BusinessIdentifier
    /// Whether it permits or forbids.
    public var effect: ConsentEffect
    /// Whom it concerns; empty for everybody.
    public var organisations: [OrganisationID]
    /// What for; empty for any purpose.
    public var purposes: [Coding]
    /// Organisations to which the opposite applies.
    public var exceptOrganisations: [OrganisationID]
    /// Labels of content to which the opposite applies.
    public var exceptLabels: [Coding]
    /// When it was agreed.
    public var agreedAt: Timestamp
    /// From when it holds; nil for at once.
    public var start: Timestamp?
    /// Until when it holds; nil for ever.
    public var end: Timestamp?
    /// The organisation that keeps it.
    public var custodian: OrganisationID?

    /// Makes a directive for coordination of care.
    public init(
        patient: BusinessIdentifier, effect: ConsentEffect, organisations: [OrganisationID] = [],
        purposes: [Coding] = [.coordinationOfCare], agreedAt: Timestamp,
        exceptOrganisations: [OrganisationID] = [], exceptLabels: [Coding] = [],
        start: Timestamp? = nil, end: Timestamp? = nil, custodian: OrganisationID? = nil
    ) {
        self.patient = patient
        self.effect = effect
        self.organisations = organisations
        self.purposes = purposes
        self.agreedAt = agreedAt
        self.exceptOrganisations = exceptOrganisations
        self.exceptLabels = exceptLabels
        self.start = start
        self.end = end
        self.custodian = custodian
    }

    /// The Consent as JSON.
    public var bytes: [UInt8] {
        let scope = Coding(
            system: "http://terminology.hl7.org/CodeSystem/consentscope", code: "patient-privacy")
        let category = Coding(system: "http://loinc.org", code: "59284-0")
        return JSONOutput.members([
            ("resourceType", .string("Consent")), ("status", .string("active")),
            ("scope", .concept(scope)), ("category", .array([.concept(category)])),
            (
                "patient",
                .identifier(system: patient.system, value: patient.value, type: "Patient")
            ),
            ("dateTime", .string(FHIRDate.text(of: agreedAt))),
            ("organization", custodian.map { .array([Self.reference($0)]) }),
            ("policy", .array([.members([("uri", .string("urn:careloop:policy:consent"))])])),
            ("provision", provision),
        ]).bytes
    }

    private var provision: JSONOutput {
        var exceptions: [JSONOutput] = []
        let opposite = JSONOutput.string(effect.opposite.rawValue)
        if !exceptOrganisations.isEmpty {
            exceptions.append(
                .members([("type", opposite), ("actor", Self.actors(exceptOrganisations))]))
        }
        if !exceptLabels.isEmpty {
            exceptions.append(
                .members([
                    ("type", opposite),
                    ("securityLabel", .array(exceptLabels.map { .coding($0) })),
                ]))
        }
        return .members([
            ("type", .string(effect.rawValue)), ("period", period),
            ("actor", Self.actors(organisations)),
            ("purpose", purposes.isEmpty ? nil : .array(purposes.map { .coding($0) })),
            ("provision", exceptions.isEmpty ? nil : .array(exceptions)),
        ])
    }

    private var period: JSONOutput? {
        guard start != nil || end != nil else { return nil }
        return .members([
            ("start", start.map { .string(FHIRDate.text(of: $0)) }),
            ("end", end.map { .string(FHIRDate.text(of: $0)) }),
        ])
    }

    private static func actors(_ organisations: [OrganisationID]) -> JSONOutput? {
        guard !organisations.isEmpty else { return nil }
        let recipient = Coding(
            system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code: "IRCP")
        return .array(
            organisations.map {
                .members([("role", .concept(recipient)), ("reference", reference($0))])
            })
    }

    private static func reference(_ organisation: OrganisationID) -> JSONOutput {
        .identifier(
            system: ConsentActor.organisationSystem, value: organisation.name,
            type: "Organization")
    }
}
