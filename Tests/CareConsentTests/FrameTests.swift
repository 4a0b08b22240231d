import CareConsent
import CareFHIR
import CareModel
import Testing

@Suite("Policy rules and root provisions without a type")
struct FrameTests {
    private func decision(
        _ policy: [String], _ provision: String?, _ request: ConsentRequest = Fixture.request()
    ) throws -> Verdict.Decision {
        let codings = policy.map {
            "{'system':'http://terminology.hl7.org/CodeSystem/v3-ActCode','code':'\($0)'}"
        }.joined(separator: ",")
        let rule = "'policyRule':{'coding':[\(codings)]}"
        var json = Fixture.consent(provision ?? "{}", rule + ",")
        if provision == nil { json = json.replacing(", 'provision':{}", with: "") }
        return Fixture.verdict([try Fixture.read(json)], request).decision
    }

    private static let now = "'period':{'start':'2020-01-01','end':'2030-12-31'}"
    private static let over = "'period':{'start':'2020-01-01','end':'2021-12-31'}"
    private static let other =
        "'actor':[{'role':\(Fixture.role("PRCP")),'reference':{'reference':'Organization/other'}}]"

    @Test("a root with nothing but a period or rules leaves the policy its say")
    func frame() throws {
        #expect(try decision(["OPTOUT"], "{\(Self.now)}") == .deny)
        #expect(try decision(["OPTIN"], "{\(Self.now)}") == .permit)
        let elsewhere = Fixture.request(actors: [Fixture.other])
        for period in ["", Self.now + ","] {
            let deny = "{\(period)'provision':[{'type':'deny',\(Self.other)}]}"
            #expect(try decision(["OPTIN"], deny) == .permit)
            #expect(try decision(["OPTIN"], deny, elsewhere) == .deny)
            let permit = "{\(period)'provision':[{'type':'permit',\(Self.other)}]}"
            #expect(try decision(["OPTOUT"], permit) == .deny)
            #expect(try decision(["OPTOUT"], permit, elsewhere) == .permit)
        }
    }

    @Test("a frame that has ended says nothing; an exception that has ended leaves the policy")
    func ended() throws {
        #expect(try decision(["OPTIN"], "{\(Self.over)}") == .noConsent)
        #expect(try decision(["OPTOUT"], "{\(Self.over)}") == .noConsent)
        let elsewhere = Fixture.request(actors: [Fixture.other])
        #expect(try decision(["OPTOUT"], "{\(Self.over),\(Self.other)}", elsewhere) == .deny)
        #expect(try decision(["OPTIN"], "{\(Self.over),\(Self.other)}", elsewhere) == .permit)
    }

    @Test("opt-in with restrictions and opt-out with exceptions are read as their kin")
    func kin() throws {
        #expect(try decision(["OPTINR"], "{\(Self.other)}") == .permit)
        #expect(try decision(["OPTINR"], nil) == .indeterminate)
        #expect(try decision(["OPTOUTE"], "{\(Self.other)}") == .deny)
        #expect(try decision(["OPTOUTE"], nil) == .deny)
        #expect(try decision(["OPTIN"], nil) == .permit)
    }

    @Test("what contradicts itself or says nothing is not understood")
    func contradiction() throws {
        #expect(try decision(["OPTIN", "OPTOUT"], "{\(Self.other)}") == .indeterminate)
        #expect(try decision(["OPTOUT"], "{'type':'permit',\(Self.now)}") == .indeterminate)
        #expect(try decision(["OPTOUT"], "{}") == .indeterminate)
        #expect(try decision(["NOPP"], "{\(Self.now)}") == .indeterminate)
    }
}
