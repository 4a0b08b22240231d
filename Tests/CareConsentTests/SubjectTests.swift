import CareConsent
import CareFHIR
import CareModel
import Testing

@Suite("Only privacy directives decide")
struct SubjectTests {
    private func verdict(
        _ type: String, scope: String?, category: String, more: String = "",
        policy: ImplicitPolicy = .deny
    ) throws -> Verdict {
        let scope = scope.map {
            "'scope':{'coding':[{'system':"
                + "'http://terminology.hl7.org/CodeSystem/consentscope','code':'\($0)'}]},"
        }
        let json = """
            {'resourceType':'Consent','id':'c','status':'active',\(scope ?? "")
            'category':[{'coding':[\(category)]}],
            'patient':{'reference':'Patient/1'},'dateTime':'2022-01-01',\(more)
            'provision':{'type':'\(type)'}}
            """
        var request = Fixture.request()
        request.authorisedPurposes = request.purposes
        return Fixture.verdict([try Fixture.read(json)], request, policy: policy)
    }

    private static let any = "{'system':'http://loinc.org','code':'59284-0'}"
    private static func actCode(_ code: String) -> String {
        "{'system':'http://terminology.hl7.org/CodeSystem/v3-ActCode','code':'\(code)'}"
    }
    private static func filed(_ code: String) -> String {
        "{'system':'http://terminology.hl7.org/CodeSystem/consentcategorycodes','code':'\(code)'}"
    }

    @Test("a consent to something else permits nothing and refuses nothing")
    func others() throws {
        for scope in ["research", "treatment", "adr"] {
            let permit = try verdict("permit", scope: scope, category: Self.any)
            #expect(permit.decision == .noConsent)
            #expect(permit.explanation.contains("does not apply: it is a"))
            let deny = try verdict("deny", scope: scope, category: Self.any, policy: .allNormal)
            #expect(deny.decision == .noConsent && deny.outcome == .permit)
        }
    }

    @Test("what may be a privacy directive holds what it refuses and permits nothing")
    func unclear() throws {
        let cases: [(String?, String)] = [
            (nil, Self.any), ("privacy", Self.any), ("patient-privacy", Self.filed("dnr")),
            ("research", Self.actCode("INFA")),
            (nil, Self.actCode("INFA") + "," + Self.filed("dnr")),
        ]
        for (scope, category) in cases {
            let deny = try verdict("deny", scope: scope, category: category, policy: .allNormal)
            #expect(deny.outcome == .hold, "\(scope ?? "none")")
            #expect(deny.explanation.contains("the scope"))
            let permit = try verdict("permit", scope: scope, category: category)
            #expect(permit.outcome == .deny, "\(scope ?? "none")")
        }
    }

    @Test("without a scope the category of a privacy directive is enough")
    func byCategory() throws {
        for code in ["INFA", "IDSCL", "OPTIN"] {
            let verdict = try verdict("permit", scope: nil, category: Self.actCode(code))
            #expect(verdict.decision == .permit)
        }
        let research = try verdict("deny", scope: nil, category: Self.filed("research"))
        #expect(research.decision == .noConsent)
    }

    @Test("R5 without a category is a privacy directive")
    func r5() throws {
        let json =
            "{'resourceType':'Consent','id':'c','status':'active',"
            + "'subject':{'reference':'Patient/1'},'decision':'permit'"
        let bare = try Fixture.read(json + "}")
        #expect(Fixture.verdict([bare]).decision == .permit)
        let purpose =
            "{'system':'http://terminology.hl7.org/CodeSystem/v3-ActReason',"
            + "'code':'HMARKT'}"
        let directive = try Fixture.read(json + ",'provision':[{'purpose':[\(purpose)]}]}")
        #expect(Fixture.verdict([directive]).decision == .permit)
        let category = ",'category':[{'coding':[\(Self.filed("research"))]}]"
        let research = try Fixture.read(json + category + "}")
        #expect(Fixture.verdict([research]).decision == .noConsent)
    }

    @Test("a directive that nobody verified permits nothing and holds what it refuses")
    func unverified() throws {
        let no = "'verification':[{'verified':false}],"
        let permit = try verdict("permit", scope: "patient-privacy", category: Self.any, more: no)
        #expect(permit.decision == .indeterminate && permit.outcome == .deny)
        let deny = try verdict(
            "deny", scope: "patient-privacy", category: Self.any, more: no, policy: .allNormal)
        #expect(deny.outcome == .hold)
        let yes = "'verification':[{'verified':false},{'verified':true}],"
        let later = try verdict("permit", scope: "patient-privacy", category: Self.any, more: yes)
        #expect(later.decision == .permit)
    }
}
