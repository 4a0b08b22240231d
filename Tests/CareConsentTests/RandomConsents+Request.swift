import CareModel

extension RandomConsents {
    mutating func request() -> ConsentRequest {
        var request = ConsentRequest(
            time: Timestamp(milliseconds: PlainDate.span(pick(Self.times)).start),
            actors: chance(95) ? some(Self.requesters, upTo: 3) : [],
            purposes: [.coordinationOfCare])
        if chance(50) { request.purposes = some(Self.askedPurposes) }
        if chance(4) { request.purposes = [] }
        if chance(85) { request.actions = some(Self.askedActions) }
        if chance(20) { request.categories = some(Self.askedCategories) }
        if chance(20) { request.classes = some(Self.askedClasses) }
        request.authorisedPurposes = some(Self.askedPurposes, upTo: 4)
        return request
    }

    mutating func policy() -> ImplicitPolicy { pick(ImplicitPolicy.allCases) }

    /// A release: its frame and some clinical resources, with and without labels, called by their
    /// own names, by temporary ones, or both.
    mutating func content() -> [ContentResource] {
        (0..<Int.random(in: 1...6, using: &random)).map { _ in resource() }
    }

    private mutating func resource() -> ContentResource {
        let type = pick(
            ["Observation", "Observation", "Condition", "DocumentReference"] + ["Patient"])
        let number = pick(["1", "2", "3"])
        var resource = ContentResource(type: type)
        if chance(75) { resource.references.append("\(type)/\(number)") }
        if chance(50) { resource.references.append("urn:uuid:\(type)-\(number)") }
        if chance(15) {
            resource.references.append("https://ehr.example/\(type)/\(number)")
        }
        if chance(60) { resource.securityLabels = some(Self.contentLabels) }
        if chance(15) { resource.classes.append(.resourceType("Condition")) }
        if chance(15) { resource.classes.append(Self.note) }
        if chance(80) { resource.codes = some(Self.contentCodes) }
        if chance(70) { resource.period = contentPeriod() }
        if chance(70) { resource.authors = some(Self.authors) }
        if chance(60) { resource.related = some(Self.related) }
        return resource
    }

    private mutating func contentPeriod() -> ConsentPeriod {
        let texts = pick(Self.periods)
        func bound(_ text: String, _ end: Bool) -> ConsentPeriod.Bound {
            let span = PlainDate.span(text)
            return .init(
                instant: Timestamp(milliseconds: end ? span.end : span.start),
                isLocalDate: !span.namesZone, text: text)
        }
        return ConsentPeriod(
            start: texts.start.map { bound($0, false) }, end: texts.end.map { bound($0, true) })
    }
}

extension RandomConsents {
    static let statuses = [
        "draft", "proposed", "rejected", "inactive", "inactive", "entered-in-error", "not-done",
        "unknown", "on-hold",
    ]
    static let categories = [
        PlainCode(system: "http://loinc.org", code: "59284-0"),
        PlainCode(system: "http://loinc.org", code: "59284-0"),
        PlainCode(system: "urn:categories", code: "research"),
    ]
    static let askedCategories = [
        Coding(system: "http://loinc.org", code: "59284-0"),
        Coding(system: "urn:categories", code: "research"),
    ]
    static let consentNumbers = [
        PlainIdentifier(system: "urn:consents", value: "7"),
        PlainIdentifier(system: "urn:consents", value: "8"), PlainIdentifier(value: "7"),
    ]
    static let dates = ["2021", "2021-06", "2022-01-01", "2022-01-02", "2022-01-01T08:00:00Z"]
    static let flaws = [
        "\"modifierExtension\":[{\"url\":\"urn:x\",\"valueBoolean\":true}]",
        "\"implicitRules\":\"urn:x\"", "\"surprise\":{}",
    ]
    static let periods = [
        PlainPeriod(start: "2022-07-01"), PlainPeriod(start: "2021-01-01", end: "2023-12-31"),
        PlainPeriod(start: "2022", end: "2022"), PlainPeriod(end: "2022-06-30"),
        PlainPeriod(end: "2022-07-01"), PlainPeriod(start: "2022-07-01", end: "2022-07-01"),
        PlainPeriod(start: "2022-07", end: "2022-07"), PlainPeriod(start: "2022-07-02"),
        PlainPeriod(start: "2022-07-01T12:00:00Z"), PlainPeriod(end: "2022-07-01T12:00:00.000Z"),
        PlainPeriod(start: "2022-06-30T23:30:00+02:00", end: "2022-07-01T11:59:59Z"),
    ]
    static let times = [
        "2022-07-01T12:00:00Z", "2022-07-01T12:00:00Z", "2022-07-01T12:00:00Z",
        "2022-06-30T23:59:59.999Z", "2022-07-01T00:00:00.000Z", "2022-07-01T05:00:00.000Z",
        "2022-07-02T11:00:00Z", "2022-07-02T13:00:00Z", "2023-05-05T05:05:05Z",
    ]
    static let actors: [PlainReference?] =
        names.map { PlainReference(reference: $0) } + [
            PlainReference(identifier: PlainIdentifier(system: "urn:ods", value: "A1")),
            PlainReference(identifier: PlainIdentifier(system: "urn:ods", value: "A2")),
            PlainReference(identifier: PlainIdentifier(value: "A1")), PlainReference(), nil,
        ]
    private static let names = [
        "Organization/clinic", "Organization/clinic", "Organization/other", "Practitioner/b",
        "https://ehr.example/Organization/clinic", "#clinic", "#group", "#former", "#described",
        "#missing", "Group/far",
    ]
    static let contained = [
        PlainContained(
            id: "clinic", type: "Organization",
            identifiers: [PlainIdentifier(system: "urn:ods", value: "A1")]),
        PlainContained(
            id: "group", type: "Group",
            members: [
                .init(entity: PlainReference(reference: "Organization/clinic")),
                .init(entity: PlainReference(reference: "#former")),
            ]),
        PlainContained(
            id: "former", type: "Group",
            members: [
                .init(
                    entity: PlainReference(reference: "Organization/other"),
                    period: PlainPeriod(end: "2022-06-30")),
                .init(entity: PlainReference(reference: "Practitioner/b"), isInactive: true),
            ]),
        PlainContained(
            id: "described", type: "Group",
            members: [.init(entity: PlainReference(reference: "Organization/clinic"))],
            isDescribed: true),
    ]
    static let requesters = [
        ConsentActor(reference: "Organization/clinic"),
        ConsentActor(reference: "Organization/clinic", identifiers: number("urn:ods", "A1")),
        ConsentActor(reference: "Organization/other", identifiers: number("urn:ods", "A2")),
        ConsentActor(reference: "Practitioner/b"),
        ConsentActor(identifiers: number("urn:ods", "A1")),
        ConsentActor(identifiers: number("", "A1")),
        ConsentActor(reference: "https://ehr.example/Organization/clinic"),
    ]
    private static func number(_ system: String, _ value: String) -> [BusinessIdentifier] {
        BusinessIdentifier(system: system, value: value).map { [$0] } ?? []
    }
    static let purposes =
        ["TREAT", "TREAT", "COC", "ETREAT", "BTG", "CAREMGT", "HPAYMT", "HMARKT", "TRAET"].map {
            PlainCode(system: CodeSystem.purpose, code: $0)
        } + [
            PlainCode(system: "http://hl7.org/fhir/v3/ActReason", code: "TREAT"),
            PlainCode(system: "urn:oid:2.16.840.1.113883.5.8", code: "HOPERAT"),
            PlainCode(system: "urn:local", code: "care"), PlainCode(code: "TREAT"), PlainCode(),
        ]
    static let askedPurposes =
        ["COC", "COC", "TREAT", "ETREAT", "BTG", "CAREMGT", "COVERAGE", "HMARKT", "ODD"].map {
            Coding.purpose($0)
        } + [Coding(system: "urn:local", code: "care"), Coding(system: "", code: "TREAT")]
    static let actions =
        ["disclose", "access", "collect", "correct", "publish"].map {
            PlainCode(system: CodeSystem.action, code: $0)
        } + [PlainCode(system: "http://hl7.org/fhir/consentaction", code: "disclose"), PlainCode()]
    static let askedActions =
        ["disclose", "disclose", "access", "use", "publish"].map { Coding.action($0) } + [
            Coding(system: "urn:local", code: "disclose")
        ]
    static let labels =
        ["N", "R", "V", "N", "R", "L", "X"].map {
            PlainCode(system: CodeSystem.confidentiality, code: $0)
        } + [
            PlainCode(system: "urn:oid:2.16.840.1.113883.5.25", code: "N"),
            PlainCode(system: CodeSystem.actCode, code: "PSY"),
            PlainCode(system: CodeSystem.actCode, code: "HIV"), PlainCode(),
        ]
    static let contentLabels =
        ["U", "N", "N", "R", "V", "X"].map { Coding.confidentiality($0) } + [
            Coding(system: CodeSystem.actCode, code: "PSY"),
            Coding(system: CodeSystem.actCode, code: "HIV"),
        ]
    static let note = Coding(system: "http://loinc.org", code: "34133-9")
    static let classes =
        ["Observation", "Condition", "Patient"].map {
            PlainCode(system: CodeSystem.resourceTypes, code: $0)
        } + [
            PlainCode(system: "http://hl7.org/fhir/fhir-types", code: "Observation"),
            PlainCode(system: "http://loinc.org", code: "34133-9"), PlainCode(),
        ]
    static let askedClasses =
        ["Observation", "Condition", "DocumentReference"].map { Coding.resourceType($0) } + [note]
    static let codes = [
        PlainCode(system: "http://loinc.org", code: "1-1"),
        PlainCode(system: "http://loinc.org", code: "2-2"),
        PlainCode(system: "http://snomed.info/sct", code: "3"), PlainCode(),
    ]
    static let contentCodes = [
        Coding(system: "http://loinc.org", code: "1-1"),
        Coding(system: "http://loinc.org", code: "2-2"),
        Coding(system: "http://snomed.info/sct", code: "4"),
    ]
    static let meanings = ["instance", "related", "dependents", "authoredby", "odd"]
    static let targets = [
        PlainReference(reference: "Observation/1"), PlainReference(reference: "Condition/2"),
        PlainReference(reference: "Practitioner/b"), PlainReference(reference: "Patient/1"),
        PlainReference(reference: "urn:uuid:Observation-1"),
        PlainReference(reference: "https://ehr.example/Observation/1"),
        PlainReference(reference: "Group/far"),
        PlainReference(identifier: PlainIdentifier(system: "urn:x", value: "1")),
    ]
    static let authors = [
        "Practitioner/a", "Practitioner/b", "https://ehr.example/Practitioner/b", "urn:uuid:gone",
        "urn:uuid:Patient-1", "Patient/1",
    ]
    static let related = [
        "Observation/1", "Condition/2", "Patient/1", "urn:uuid:Condition-2", "urn:uuid:gone",
        "urn:uuid:Patient-1",
    ]
}
