/// Makes small questions in the form of the published cases.
///
/// The same seed makes the same question.
struct OracleQuestion {
    var lot: OracleLot
    /// Whether both sides are wholly known and all content is coded and labelled.
    let isComplete: Bool
    private let isR5: Bool
    private let now: String

    static func make(seed: UInt64) -> (row: OracleJSON, isComplete: Bool) {
        var maker = OracleQuestion(seed: seed)
        return (maker.row(seed), maker.isComplete)
    }

    private init(seed: UInt64) {
        lot = OracleLot(seed: seed)
        isComplete = lot.chance(50)
        isR5 = lot.chance(30)
        now = lot.pick([
            "2024-06-15T12:00:00Z", "2024-06-15T12:00:00Z", "2024-06-15T00:00:00Z",
            "2024-06-15T23:59:59+02:00",
        ])
    }

    private mutating func row(_ seed: UInt64) -> OracleJSON {
        let count = lot.pick([1, 1, 1, 2, 2, 3])
        let consents = (0..<count).map { consent($0) }
        return [
            "id": .text("seed-\(seed)"), "consents": .list(consents), "references": Self.known,
            "request": request(), "expected": "indeterminate",
        ]
    }

    private mutating func request() -> OracleJSON {
        var request: [String: OracleJSON] = ["evaluationTime": .text(now)]
        var recipient = Self.party("north", "cardiology", "ann")
        var sender = Self.party("south", "renal", "ben")
        if !isComplete {
            if lot.chance(60) { recipient = [lot.pick(recipient)] }
            if lot.chance(20) { recipient = [["reference": "Practitioner/ann"]] }
            if lot.chance(10) {
                recipient = [["reference": "https://a.example/fhir/Organization/north"]]
            }
            if lot.chance(60) { sender = [lot.pick(sender)] }
        }
        request["actor"] = .list(recipient)
        // Published rows name nobody who sends.
        if isComplete || lot.chance(90) { request["sender"] = .list(sender) }
        let asked = lot.pick([
            ["COC"], ["COC"], ["COC"], ["TREAT"], ["BTG"], ["HRESCH"],
            ["COC", "BTG"],
        ])
        request["purposeOfUse"] = .list(asked.map { Self.coding(OracleCodes.reasons, $0) })
        if lot.chance(15) {
            let type = lot.pick(["Observation", "Condition"])
            request["class"] = [Self.coding(OracleCodes.resourceTypes, type)]
        }
        if lot.chance(20) { request["contentLabelled"] = true }
        request["content"] = .list((0..<lot.pick([0, 1, 1, 2])).map { content($0) })
        return .object(request)
    }

    // MARK: Directives

    private static func coding(_ system: String, _ code: String) -> OracleJSON {
        ["system": .text(system), "code": .text(code)]
    }

    private static func concept(_ system: String, _ code: String) -> OracleJSON {
        ["coding": [coding(system, code)]]
    }

    private mutating func consent(_ number: Int) -> OracleJSON {
        var consent: [String: OracleJSON] = [
            "resourceType": "Consent", "id": .text("c\(number)"), "status": "active",
        ]
        if lot.chance(8) {
            consent["status"] = .text(
                lot.pick(["draft", "inactive", "rejected", "proposed", "unknown"]))
        }
        if lot.chance(25) {
            consent["identifier"] = [["system": "urn:directives", "value": "1"]]
        }
        let dated = lot.pick([
            "2023-01-01", "2023-06-01", "2023-06", "2023", "2023-06-01T10:00:00Z",
            "2023-06-01T13:00:00+02:00", "2024-01-01",
        ])
        if lot.chance(95) { consent[isR5 ? "date" : "dateTime"] = .text(dated) }
        consent[isR5 ? "subject" : "patient"] = ["reference": "Patient/x"]
        consent["contained"] = [
            [
                "resourceType": "Organization", "id": "inside",
                "identifier": [Self.identifier("organisation", "north")],
            ]
        ]
        isR5 ? finishR5(&consent) : finishR4(&consent)
        if lot.chance(1) { consent["modifierExtension"] = [["url": "urn:unknown"]] }
        return .object(consent)
    }

    private mutating func finishR5(_ consent: inout [String: OracleJSON]) {
        let category: OracleJSON? = lot.pick([
            Self.concept(OracleCodes.loinc, "59284-0"), Self.concept(OracleCodes.loinc, "59284-0"),
            Self.concept(OracleCodes.loinc, "59284-0"), Self.concept(OracleCodes.loinc, "64292-6"),
            Self.concept(OracleCodes.acts, "INFA"),
            Self.concept(OracleCodes.scopes, "patient-privacy"),
            Self.concept(OracleCodes.scopes, "research"),
            Self.concept(OracleCodes.categories, "research"),
            Self.concept(OracleCodes.categories, "dnr"), Self.concept("urn:local", "x"), nil, nil,
        ])
        consent["category"] = category.map { [$0] }
        if let category, lot.chance(10) {
            consent["category"] = [category, Self.concept(OracleCodes.acts, "INFA")]
        }
        if lot.chance(97) { consent["decision"] = .text(lot.pick(["permit", "deny"])) }
        if lot.chance(25) { consent["period"] = period() }
        let count = lot.pick([0, 1, 1, 2, 2])
        consent["provision"] = count == 0 ? nil : .list((0..<count).map { _ in nested(1) })
    }

    private mutating func finishR4(_ consent: inout [String: OracleJSON]) {
        let scope = lot.pick(
            ["patient-privacy", "research", "treatment", "adr", "unheard-of", ""]
                + [String](repeating: "patient-privacy", count: 12))
        if !scope.isEmpty { consent["scope"] = Self.concept(OracleCodes.scopes, scope) }
        if lot.chance(3) {
            let other = lot.pick(["research", "adr"])
            consent["scope"] = [
                "coding": [
                    Self.coding(OracleCodes.scopes, other),
                    lot.pick([
                        Self.coding("urn:local", "x"),
                        Self.coding(OracleCodes.scopes, "patient-privacy"),
                    ]),
                ]
            ]
        }
        let category: OracleJSON = lot.pick(
            [
                Self.concept(OracleCodes.acts, "INFA"), Self.concept(OracleCodes.acts, "IDSCL"),
                Self.concept(OracleCodes.categories, "dnr"),
                Self.concept(OracleCodes.categories, "research"),
            ]
                + [OracleJSON](
                    repeating: Self.concept(OracleCodes.loinc, "59284-0"), count: 12))
        consent["category"] = [category]
        let hasPolicy = lot.chance(50)
        if hasPolicy || lot.chance(5) {
            let code = lot.pick([
                "OPTIN", "OPTOUT", "OPTIN", "OPTOUT", "OPTIN", "OPTOUT", "OTHER", "OPTINR",
                "OPTOUTE",
            ])
            consent["policyRule"] = Self.concept(OracleCodes.acts, code)
            if lot.chance(2) {
                consent["policyRule"] = [
                    "coding": [
                        Self.coding(OracleCodes.acts, code), Self.coding(OracleCodes.acts, "OPTIN"),
                    ]
                ]
            }
        }
        if hasPolicy && lot.chance(10) { return }
        var root = provision(depth: 0, conditions: hasPolicy && lot.chance(50) ? 0 : 1)
        if !hasPolicy || lot.chance(10) {
            root["type"] = .text(lot.pick(["permit", "deny"]))
        } else {
            root["type"] = nil
        }
        if !hasPolicy && lot.chance(2) { root["type"] = "perhaps" }
        consent["provision"] = .object(root)
    }

    private mutating func nested(_ depth: Int) -> OracleJSON {
        var members = provision(depth: depth, conditions: 1)
        if lot.chance(isR5 ? 5 : 75) { members["type"] = .text(lot.pick(["permit", "deny"])) }
        if members.isEmpty { members["purpose"] = [Self.coding(OracleCodes.reasons, "TREAT")] }
        return .object(members)
    }

    private mutating func provision(depth: Int, conditions: Int) -> [String: OracleJSON] {
        var members: [String: OracleJSON] = [:]
        if lot.chance(15) { members["period"] = period() }
        if conditions > 0 {
            if lot.chance(35) {
                members["actor"] = .list((0..<lot.pick([1, 1, 2])).map { _ in actor() })
            }
            if lot.chance(25) {
                members["purpose"] = .list((0..<lot.pick([1, 1, 2])).map { _ in purpose() })
            }
            if lot.chance(12) { members["action"] = [action()] }
            if lot.chance(40) { addContent(to: &members) }
        }
        let count = depth >= 4 ? 0 : lot.pick([0, 0, 1, 1, 2])
        if count > 0 { members["provision"] = .list((0..<count).map { _ in nested(depth + 1) }) }
        return members
    }

    private mutating func actor() -> OracleJSON {
        let role = lot.pick([
            "IRCP", "IRCP", "IRCP", "IRCP", "PRCP", "CST", "CST", "AUT", "INF", "WIT", "",
        ])
        var actor: [String: OracleJSON] = [:]
        if !role.isEmpty { actor["role"] = Self.concept(OracleCodes.participation, role) }
        if lot.chance(8) {
            let codings = [
                Self.coding(OracleCodes.terminology + "v3-RoleCode", "AULR"),
                Self.coding(OracleCodes.terminology + "v3-RoleClass", "PROV"),
                Self.coding(OracleCodes.terminology + "contractsignertypecodes", "SOURCE"),
                Self.coding(OracleCodes.participation, "IRCP"),
                Self.coding(OracleCodes.participation, "CST"),
            ]
            let first = lot.pick(codings)
            actor["role"] = [
                "coding": .list(lot.chance(50) ? [first] : [first, lot.pick(codings)])
            ]
        }
        if lot.chance(2) { return .object(actor) }
        actor["reference"] = lot.chance(4) ? ["reference": "#inside"] : name()
        return .object(actor)
    }

    private mutating func purpose() -> OracleJSON {
        let code = lot.pick([
            "TREAT", "TREAT", "COC", "ETREAT", "BTG", "HOPERAT", "HPAYMT", "CAREMGT", "HRESCH",
            "UNHEARD", "", "PurposeOfUse",
        ])
        if code.isEmpty { return Self.coding("urn:local", "FooBar") }
        return lot.chance(4) ? ["code": .text(code)] : Self.coding(OracleCodes.reasons, code)
    }

    private mutating func action() -> OracleJSON {
        let code = lot.pick([
            "access", "access", "disclose", "collect", "use", "correct", "unheard",
        ])
        return lot.chance(5) ? ["text": "reading"] : Self.concept(OracleCodes.actions, code)
    }

    private mutating func period() -> OracleJSON {
        var period: [String: OracleJSON] = [:]
        let starts = [
            "2020-01-01", "2023", "2024-06", "2024-06-14", "2024-06-15", "2024-06-16", "2024-07",
            "2024-06-15T12:00:00Z", "2024-06-15T14:00:01+02:00", "2024-06-15T00:00:00Z",
            "2030-01-01",
        ]
        let ends = [
            "2030-12-31", "2025", "2024", "2024-06", "2024-06-16", "2024-06-15", "2024-06-14",
            "2024-05", "2024-06-15T12:00:00Z", "2024-06-15T13:59:59+02:00", "2023-12-31",
        ]
        // Not valid FHIR: a time without a zone, an end before the start, no date.
        if lot.chance(3) {
            return lot.pick([
                ["start": "2020-01-01", "end": "2024-06-15T12:00:00"],
                ["start": "2025-01-01", "end": "2024-01-01"], ["end": "2024-02-30"],
                ["start": "soon"],
            ])
        }
        let isPlain = lot.chance(60)
        if lot.chance(60) { period["start"] = .text(isPlain ? starts[0] : lot.pick(starts)) }
        if period.isEmpty || lot.chance(60) {
            period["end"] = .text(lot.pick(isPlain ? [ends[0], "2023-12-31"] : ends))
        }
        return .object(period)
    }

    // MARK: Content

    private mutating func label() -> OracleJSON {
        let code = lot.pick(["N", "R", "V", "L", "PSY", "HIV", "SUD", "ETHUD"])
        return Self.coding(
            OracleCodes.levels.contains(code) ? OracleCodes.confidentiality : OracleCodes.acts, code
        )
    }

    private mutating func code() -> OracleJSON {
        lot.pick([
            Self.coding(OracleCodes.loinc, "718-7"), Self.coding(OracleCodes.loinc, "2339-0"),
            Self.coding("http://snomed.info/sct", "38341003"),
        ])
    }

    private mutating func addContent(to members: inout [String: OracleJSON]) {
        switch lot.upTo(isR5 ? (lot.chance(20) ? 9 : 8) : 7) {
        case 0, 1: members["securityLabel"] = .list((0..<lot.pick([1, 2])).map { _ in label() })
        case 2, 3:
            let type = lot.pick(["Observation", "Observation", "Condition", "Claim"])
            let coding =
                lot.chance(85)
                ? Self.coding(OracleCodes.resourceTypes, type)
                : Self.coding("urn:ietf:bcp:13", "application/hl7-cda+xml")
            members[isR5 && lot.chance(70) ? "resourceType" : "class"] = [coding]
        case 4: members["code"] = [["coding": [code()]]]
        case 5: members["data"] = [data()]
        case 6:
            let starts = ["2022-01-01", "2022-06", "2022-06-13"]
            members["dataPeriod"] = [
                "start": .text(lot.pick(starts)), "end": .text(lot.pick(["2022-12-31", "2024"])),
            ]
        case 7: members["documentType"] = [Self.coding("urn:ietf:bcp:13", "text/plain")]
        default: members["expression"] = ["language": "text/cql", "expression": "true"]
        }
    }

    private mutating func data() -> OracleJSON {
        let meaning = lot.pick(["instance", "related", "dependents", "authoredby", "unheard"])
        let target =
            meaning == "authoredby"
            ? lot.pick(["Practitioner/ann", "Practitioner/ben", "Organization/south"])
            : lot.pick([
                "Observation/o0", "Encounter/e", "Condition/o1",
                "https://a.example/fhir/Observation/o0",
            ])
        if lot.chance(2) { return ["meaning": .text(meaning)] }
        return ["meaning": .text(meaning), "reference": ["reference": .text(target)]]
    }

    private mutating func content(_ number: Int) -> OracleJSON {
        let isObservation = lot.chance(70)
        var resource: [String: OracleJSON] = [
            "resourceType": isObservation ? "Observation" : "Condition",
            "id": .text("o\(number)"),
        ]
        if isComplete || lot.chance(45) {
            var labels = [Self.coding(OracleCodes.confidentiality, lot.pick(["N", "N", "R", "V"]))]
            if lot.chance(40) {
                labels.append(Self.coding(OracleCodes.acts, lot.pick(["PSY", "HIV", "ETHUD"])))
            }
            resource["meta"] = ["security": .list(labels)]
        }
        if isComplete || lot.chance(60) {
            resource["code"] = ["coding": [code()]]
        } else if lot.chance(50) {
            resource["code"] = ["text": "something"]
        }
        if isComplete || lot.chance(60) {
            let author = lot.pick(["Practitioner/ann", "Practitioner/ben"])
            let reference: OracleJSON = ["reference": .text(author)]
            resource[isObservation ? "performer" : "recorder"] =
                isObservation ? [reference] : reference
        }
        if lot.chance(40) { resource["encounter"] = ["reference": "Encounter/e"] }
        if isComplete || lot.chance(70) {
            let time = lot.pick([
                "2022-06-13", "2022-06", "2022", "2021-05-01", "2022-06-13T10:00:00Z",
                "2021-12-31T20:00:00Z",
            ])
            resource[isObservation ? "effectiveDateTime" : "onsetDateTime"] = .text(time)
        }
        return .object(resource)
    }
}
