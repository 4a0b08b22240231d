import CareConsent
import CareFHIR
import CareModel
import Testing

/// Counts how often a question is left in doubt although it says all that a question can say.
@Suite("How often a complete question is in doubt")
struct DoubtRateTests {
    /// Makes directives, the same for the same seed.
    private struct Source {
        var state: UInt64

        mutating func pick<Value>(_ values: [Value]) -> Value {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return values[Int(state >> 33) % values.count]
        }

        /// A rule; `odd` are the ways to name somebody that cannot all be resolved.
        mutating func rule(_ depth: Int, odd: [String]) -> String {
            var parts = ["'type':'\(pick(["permit", "deny"]))'"]
            if pick([true, false]) {
                let role = Fixture.role(pick(["IRCP", "PRCP", "CST", "AUT"]))
                parts.append("'actor':[{'role':\(role),'reference':\(pick(Self.parties + odd))}]")
            }
            if pick([true, false, false]) {
                let code = pick(["TREAT", "COC", "ETREAT", "HPAYMT", "HMARKT", "HRESCH", "BTG"])
                parts.append(
                    "'purpose':[{'system':'http://terminology.hl7.org/CodeSystem/v3-ActReason',"
                        + "'code':'\(code)'}]")
            }
            if pick([true, false, false, false]) {
                let code = pick(["access", "disclose", "collect", "correct"])
                parts.append(
                    "'action':[{'coding':[{'system':"
                        + "'http://terminology.hl7.org/CodeSystem/consentaction','code':'\(code)'}]}]"
                )
            }
            if pick([true, false, false]) {
                let end = pick(["2021", "2022-06", "2022-12-31", "2022-07-01T12:00:01Z"])
                parts.append(
                    "'period':{'start':'\(pick(["2019", "2020-02", "2021-03-04"]))',"
                        + "'end':'\(end)'}")
            }
            if depth > 0, pick([true, true, false]) {
                let rules = (0..<pick([1, 2])).map { _ in rule(depth - 1, odd: odd) }
                parts.append("'provision':[\(rules.joined(separator: ","))]")
            }
            return "{\(parts.joined(separator: ","))}"
        }

        static let parties = [
            "{'reference':'Organization/clinic'}", "{'reference':'Organization/hill'}",
            "{'reference':'Organization/other'}", "{'reference':'Practitioner/ann'}",
            "{'reference':'Practitioner/ben'}", "{'reference':'HealthcareService/eyes'}",
            "{'reference':'Patient/1'}", "{'reference':'RelatedPerson/1'}",
            "{'type':'Organization','identifier':{'system':'urn:ods','value':'A1'}}",
            "{'type':'Organization','identifier':{'system':'urn:ods','value':'A9'}}",
        ]
    }

    private static let odd = [
        "{'reference':'https://ehr.example/Organization/clinic'}", "{'reference':'Group/g'}",
        "{'display':'My doctor'}", "{'identifier':{'system':'urn:elsewhere','value':'1'}}",
    ]

    private static func party(_ organisation: String, _ agent: String, _ number: String)
        -> ConsentParty
    {
        ConsentParty(
            [
                ConsentActor(
                    reference: "Organization/\(organisation)",
                    identifiers: BusinessIdentifier(system: "urn:ods", value: number).map { [$0] }
                        ?? []),
                ConsentActor(reference: "Practitioner/\(agent)"),
                ConsentActor(reference: "HealthcareService/heart"),
            ],
            known: [.organisation, .service, .practitioner, .patient, .relatedPerson, .device])
    }

    private static let request = ConsentRequest(
        time: Fixture.noon, recipient: party("clinic", "ann", "A1"),
        sender: party("hill", "carl", "A2"), purposes: [.coordinationOfCare],
        actions: [.action("access"), .action("disclose")])

    /// Counts what is in doubt in the answers to `count` questions, by cause.
    private func doubts(count: Int, odd: [String]) throws -> [String: Int] {
        var source = Source(state: 7)
        var counts: [String: Int] = [:]
        for _ in 0..<count {
            let directive = try Fixture.read(Fixture.consent(source.rule(2, odd: odd)))
            guard case .stated = directive.rule else { continue }
            let verdict = Fixture.verdict([directive], Self.request)
            for basis in verdict.basis + verdict.skipped {
                switch basis.cause {
                case .cannotTell(let conditions, _), .rule(_, _, _, let conditions):
                    for word in conditions.words { counts[word, default: 0] += 1 }
                default: continue
                }
            }
            counts[verdict.decision.rawValue, default: 0] += 1
        }
        return counts
    }

    @Test("a complete question about directives that name people and places plainly never is")
    func plain() throws {
        let counts = try doubts(count: 4_000, odd: [])
        print("Doubt by cause, plain directives:", counts.sorted { $0.key < $1.key })
        #expect(counts["permit", default: 0] > 200 && counts["deny", default: 0] > 200)
        #expect(Set(counts.keys).isSubset(of: ["permit", "deny", "no-consent"]))
    }

    @Test("where nobody can resolve a name, some are, and only about the parties")
    func wild() throws {
        let counts = try doubts(count: 4_000, odd: Self.odd)
        print("Doubt by cause, directives with odd names:", counts.sorted { $0.key < $1.key })
        #expect(counts["indeterminate", default: 0] < 400)
        #expect(
            Set(counts.keys).isSubset(of: [
                "permit", "deny", "no-consent", "indeterminate", "recipient", "sender",
            ]))
    }
}
