import CareConsent
import CareFHIR
import CareModel
import Testing

@Suite("Directives as FHIR states them")
struct ConsentDialectTests {
    private func decision(
        _ json: String, _ request: ConsentRequest = Fixture.request()
    ) throws -> Verdict.Decision { Fixture.verdict([try Fixture.read(json)], request).decision }

    private static let clinic =
        "{'role':\(Fixture.role("IRCP")),'reference':{'reference':'Organization/clinic'}}"
    private static let optIn =
        "'policyRule':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/v3-ActCode','code':'OPTIN'}]},"
    private static let optOut = optIn.replacing("OPTIN", with: "OPTOUT")

    @Test("R4 with a typed root provision: the root's conditions say where it applies")
    func typedRoot() throws {
        let json = Fixture.consent("{'type':'permit','actor':[\(Self.clinic)]}")
        #expect(try decision(json) == .permit)
        #expect(try decision(json, Fixture.request(actors: [Fixture.other])) == .noConsent)
    }

    @Test("R4 with a policy: the root provision is the exception to it")
    func policyRule() throws {
        let exception = "{'actor':[\(Self.clinic)]}"
        let elsewhere = Fixture.request(actors: [Fixture.other])
        #expect(try decision(Fixture.consent(exception, Self.optIn)) == .deny)
        #expect(try decision(Fixture.consent(exception, Self.optIn), elsewhere) == .permit)
        #expect(try decision(Fixture.consent(exception, Self.optOut)) == .permit)
        #expect(try decision(Fixture.consent(exception, Self.optOut), elsewhere) == .deny)
    }

    @Test("a type at the root is the rule, also beside a policy")
    func optOutWithType() throws {
        let json = Fixture.consent("{'type':'permit','actor':[\(Self.clinic)]}", Self.optOut)
        #expect(try decision(json) == .permit)
        #expect(try decision(json, Fixture.request(actors: [Fixture.other])) == .noConsent)
    }

    @Test("R5: the decision is the base, provisions are exceptions, the period limits the whole")
    func r5() throws {
        let json = """
            {'resourceType':'Consent','id':'c','status':'active','subject':{'reference':'Patient/1'},
            'date':'2022-01-01','period':{'end':'2022-12'},'decision':'permit',
            'provision':[{'purpose':[{'system':'http://terminology.hl7.org/CodeSystem/v3-ActReason',
            'code':'HMARKT'}]}]}
            """
        #expect(try decision(json) == .permit)
        #expect(try decision(json, Fixture.request([.purpose("HMARKT")])) == .deny)
        let newYear = Timestamp(milliseconds: 1_672_531_200_000)
        let eve = Timestamp(milliseconds: newYear.milliseconds - 1)
        #expect(try decision(json, Fixture.request(at: eve)) == .permit)
        #expect(try decision(json, Fixture.request(at: newYear)) == .noConsent)
        let granted = json.replacing(
            "'decision'", with: "'grantee':[{'reference':'Organization/other'}],'decision'")
        #expect(try decision(granted) == .noConsent)
    }

    @Test(
        "what is not understood holds the release",
        arguments: [
            "{'type':'permit','modifierExtension':[{'url':'x'}]}",
            "{'type':'allow'}", "{'type':7}", "{}",
            "{'type':'permit','purpos':[]}", "{'type':'permit','purpose':[]}",
            "{'type':'permit','purpose':{'code':'TREAT'}}", "{'type':'permit','purpose':null}",
            "{'type':'permit','_period':{'extension':[{'url':'x'}]}}",
            "{'type':'permit','securityLabel':[{'kode':'N'}]}",
        ])
    func notUnderstood(provision: String) throws {
        let directive = try Fixture.read(Fixture.consent(provision))
        guard case .unreadable = directive.rule else {
            Issue.record("read as \(directive.rule)")
            return
        }
        #expect(Fixture.verdict([directive], policy: .allNormal).outcome == .hold)
    }

    @Test(
        "an element that is not valid leaves its condition in doubt, not the directive",
        arguments: [
            "'period':{'end':'soon'}", "'period':{'end':'2022-02-30'}", "'period':{}",
            "'period':{'start':'2023','end':'2022'}", "'period':{'end':'2030-01-01T12:00:00'}",
            "'purpose':[{'code':'TREAT'}]", "'action':[{'text':'reading'}]",
            "'actor':[{'reference':{'identifier':{'system':'x'}}}]",
        ])
    func invalidElement(element: String) throws {
        let root = try Fixture.read(Fixture.consent("{'type':'permit',\(element)}"))
        #expect(Fixture.verdict([root], policy: .allNormal).outcome != .permit)
        #expect(Fixture.verdict([root]).decision == .indeterminate)
        // What does not hang on it is certain.
        let inner = "{'type':'permit','provision':[{'type':'permit',\(element)}]}"
        #expect(try decision(Fixture.consent(inner)) == .permit)
    }

    @Test("a condition on content that cannot be evaluated keeps content back")
    func unreadContent() throws {
        for element in [
            "'expression':{'language':'text/cql'}", "'data':[{'meaning':'instance'}]",
            "'dataPeriod':{'start':'soon'}",
        ] {
            let deny = "{'type':'permit','provision':[{'type':'deny',\(element)}]}"
            let verdict = Fixture.verdict([try Fixture.read(Fixture.consent(deny))])
            #expect(verdict.decision == .permit)
            #expect(verdict.releases([Fixture.observation([.confidentiality("N")])]) == [false])
            let permit = try Fixture.read(Fixture.consent("{'type':'permit',\(element)}"))
            let content = [Fixture.observation([.confidentiality("N")])]
            #expect(Fixture.verdict([permit]).releases(content) == [false])
        }
    }

    @Test("R5 resource types and types of documents both have to fit")
    func documentTypes() throws {
        let types = "'system':'http://hl7.org/fhir/resource-types'"
        let json = Fixture.consent(
            "{'type':'permit','resourceType':[{\(types),'code':'Observation'}],"
                + "'documentType':[{'system':'urn:ietf:bcp:13','code':'text/plain'}]}")
        let verdict = Fixture.verdict([try Fixture.read(json)])
        #expect(verdict.decision == .permit)
        #expect(verdict.releases([Fixture.observation([.confidentiality("N")])]) == [false])
    }

    @Test("a permission whose conditions exclude each other lets nothing go and is a refusal")
    func emptyPermit() throws {
        let types = "'system':'http://hl7.org/fhir/resource-types'"
        let inner =
            "'provision':[{'type':'permit','class':[{\(types),'code':'Observation'}],"
            + "'provision':[{'type':'deny','class':[{\(types),'code':'Observation'}]}]}]"
        #expect(try decision(Fixture.consent("{'type':'deny',\(inner)}")) == .deny)
        let levels = "'system':'\(CodeSystem.confidentiality)'"
        let upTo =
            "'securityLabel':[{\(levels),'code':'N'}],"
            + "'provision':[{'type':'deny','securityLabel':[{\(levels),'code':'U'}]}]"
        #expect(try decision(Fixture.consent("{'type':'permit',\(upTo)}")) == .deny)
    }

    @Test(
        "elements of two releases, implicit rules and unknown elements hold the release",
        arguments: [
            "'decision':'permit',", "'implicitRules':'http://x',", "'priority':'x',",
            "'modifierExtension':[{'url':'x'}],",
        ])
    func oddResource(more: String) throws {
        #expect(try decision(Fixture.consent("{'type':'permit'}", more)) == .indeterminate)
    }

    @Test("rules that nest too deep hold the release")
    func deep() throws {
        var provision = "{'type':'permit'}"
        for _ in 0..<17 { provision = "{'type':'permit','provision':[\(provision)]}" }
        #expect(try decision(Fixture.consent(provision)) == .indeterminate)
    }

    @Test("Groups come from the document itself")
    func containedGroup() throws {
        let actor = "{'role':\(Fixture.role("IRCP")),'reference':{'reference':'#g'}}"
        let provision = "{'type':'permit','actor':[\(actor)]}"
        let members = "'member':[{'entity':{'reference':'Organization/clinic'}}]"
        let group = "'contained':[{'resourceType':'Group','id':'g',\(members)}],"
        #expect(try decision(Fixture.consent(provision, group)) == .permit)
        #expect(try decision(Fixture.consent(provision)) == .indeterminate)
        let deny = provision.replacing("permit", with: "deny")
        #expect(try decision(Fixture.consent(deny)) == .indeterminate)
    }

    @Test("groups of groups that multiply hold the release", .timeLimit(.minutes(1)))
    func groupBomb() throws {
        let groups = (0..<6).map { level in
            let entity = "{'entity':{'reference':'#g\(level + 1)'}}"
            let members = Array(repeating: entity, count: 50).joined(separator: ",")
            return "{'resourceType':'Group','id':'g\(level)','member':[\(members)]}"
        }
        let provision = "{'type':'permit','actor':[{'reference':{'reference':'#g0'}}]}"
        let contained = "'contained':[\(groups.joined(separator: ","))],"
        #expect(try decision(Fixture.consent(provision, contained)) == .indeterminate)
    }

    @Test("the patient, the identity and the date of a directive are read")
    func header() throws {
        let json = Fixture.consent(
            "{'type':'permit'}",
            "'meta':{'versionId':'4'},'identifier':[{'system':'urn:c','value':'9'}],"
                + "'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/replaces',"
                + "'valueReference':{'reference':'Consent/old'}}],")
        let text = json.replacing("'", with: "\"")
        let document = try FHIRConsentReader().read(Array(text.utf8))
        #expect(document.patientIdentifiers == [BusinessIdentifier(system: "urn:test", value: "1")])
        #expect(document.directive.name == "c")
        #expect(document.directive.version == "4")
        #expect(document.directive.revision == 4)
        #expect(document.directive.replaces == ["old"])
        #expect(document.directive.issued?.start?.text == "2022-01-01")
    }

    @Test("the deployment's zone moves dates that name none")
    func zone() throws {
        let json = Fixture.consent("{'type':'permit','period':{'end':'2022-06-30'}}")
        let text = Array(json.replacing("'", with: "\"").utf8)
        let east = try FHIRConsentReader(zoneOffset: .seconds(7_200)).read(text).directive
        guard case .stated(_, let root) = east.rule else { return #expect(Bool(false)) }
        #expect(root.period?.end?.instant == Timestamp(milliseconds: 1_656_633_600_000 - 7_200_000))
    }

    @Test("a document without one Consent is refused")
    func noConsent() {
        for text in ["{\"resourceType\":\"Patient\"}", "[]", "{\"resourceType\":\"Bundle\"}"] {
            #expect(throws: InspectionError.self) { try FHIRConsentReader().read(Array(text.utf8)) }
        }
    }
}
