public import CareModel

/// Writes a patient's directive as a FHIR R4 Consent in the dialect of IHE PCF.
///
/// Its id is random, so that nobody finds the patient by trying which one gives a document's hash.
public struct ConsentBuilder: Hashable, Sendable {
    /// The id of the resource; nothing refers to it.
    public var id: UUIDBytes
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
    /// Classes of content to which the opposite applies.
    public var exceptClasses: [Coding]
    /// Codes of content to which the opposite applies.
    public var exceptCodes: [Coding]
    /// Labels of the only content that it is about; empty for all content.
    ///
    /// The only content a permission lets go. A prohibition with them permits nothing else either.
    public var onlyLabels: [Coding]
    /// When it was agreed.
    public var agreedAt: Timestamp
    /// From when it holds; nil for at once.
    public var start: Timestamp?
    /// Until when it holds; nil for ever.
    public var end: Timestamp?
    /// The organisation that keeps it.
    public var custodian: OrganisationID?

    /// Makes a directive for coordination of care.
    ///
    /// - Parameter id: nil for a new, random one; tests give theirs.
    public init(
        id: UUIDBytes? = nil, patient: BusinessIdentifier, effect: ConsentEffect,
        organisations: [OrganisationID] = [],
        purposes: [Coding] = [.coordinationOfCare], agreedAt: Timestamp,
        exceptOrganisations: [OrganisationID] = [], exceptLabels: [Coding] = [],
        exceptClasses: [Coding] = [], exceptCodes: [Coding] = [], onlyLabels: [Coding] = [],
        start: Timestamp? = nil, end: Timestamp? = nil, custodian: OrganisationID? = nil
    ) {
        self.id = id ?? Self.randomID()
        self.patient = patient
        self.effect = effect
        self.organisations = organisations
        self.purposes = purposes
        self.agreedAt = agreedAt
        self.exceptOrganisations = exceptOrganisations
        self.exceptLabels = exceptLabels
        self.exceptClasses = exceptClasses
        self.exceptCodes = exceptCodes
        self.onlyLabels = onlyLabels
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
            ("resourceType", .string("Consent")), ("id", .string(id.description)),
            ("status", .string("active")),
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

    /// A UUID of version 4, with 122 random bits.
    private static func randomID() -> UUIDBytes {
        var random = SystemRandomNumberGenerator()
        return UUIDBytes(
            high: random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    /// "Only this" is written as "nothing but this": whoever passes over the inner rule refuses.
    private var provision: JSONOutput {
        let isNarrow = effect == .permit && !onlyLabels.isEmpty
        let inner: JSONOutput? = isNarrow ? .array([onlyRule]) : exceptions
        return .members([
            ("type", .string((isNarrow ? .deny : effect).rawValue)), ("period", period),
            ("actor", Self.actors(organisations)),
            ("securityLabel", isNarrow ? nil : Self.codings(onlyLabels)),
            ("purpose", Self.codings(purposes)), ("provision", inner),
        ])
    }

    private var onlyRule: JSONOutput {
        .members([
            ("type", .string(effect.rawValue)), ("securityLabel", Self.codings(onlyLabels)),
            ("provision", exceptions),
        ])
    }

    /// One exception for each kind of content: the attributes of one would have to fit all at once.
    private var exceptions: JSONOutput? {
        let concepts = exceptCodes.map { JSONOutput.concept($0) }
        let conditions: [(String, JSONOutput?)] = [
            ("actor", Self.actors(exceptOrganisations)),
            ("securityLabel", Self.codings(exceptLabels)),
            ("class", Self.codings(exceptClasses)),
            ("code", concepts.isEmpty ? nil : .array(concepts)),
        ]
        let rules = conditions.compactMap { name, condition in
            condition.map {
                JSONOutput.members([("type", .string(effect.opposite.rawValue)), (name, $0)])
            }
        }
        return rules.isEmpty ? nil : .array(rules)
    }

    private static func codings(_ codings: [Coding]) -> JSONOutput? {
        codings.isEmpty ? nil : .array(codings.map { .coding($0) })
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
