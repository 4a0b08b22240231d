import CareConsent
import CareFHIR
import CareModel
import Testing

@Suite("An actor's role says which party is meant")
struct SideTests {
    private static let lakeside = ConsentActor(reference: "Organization/lakeside")

    private func decision(
        _ type: String, role: String?, _ reference: String = "Organization/lakeside",
        from sender: ConsentParty, more: String = ""
    ) throws -> Verdict.Decision {
        let role = role.map { "'role':\($0)," } ?? ""
        let actor = "{\(role)'reference':{'reference':'\(reference)'}}"
        let rule = type == "deny" ? "{'provision':[{'type':'deny','actor':[\(actor)]}]}" : ""
        let json = Fixture.consent(
            type == "deny" ? rule : "{'type':'permit','actor':[\(actor)]}",
            (type == "deny" ? Self.optIn : "") + more)
        var request = Fixture.request()
        request.sender = sender
        return Fixture.verdict([try Fixture.read(json)], request).decision
    }

    private static let optIn =
        "'policyRule':{'coding':[{'system':"
        + "'http://terminology.hl7.org/CodeSystem/v3-ActCode','code':'OPTIN'}]},"

    @Test("custodian, author and informant are compared with who sends")
    func sender() throws {
        let elsewhere = ConsentParty([Fixture.other])
        for role in ["CST", "AUT", "INF"].map(Fixture.role) {
            #expect(try decision("deny", role: role, from: ConsentParty([Self.lakeside])) == .deny)
            #expect(try decision("deny", role: role, from: elsewhere) == .permit)
            #expect(try decision("deny", role: role, from: .unknown) == .indeterminate)
            #expect(
                try decision("permit", role: role, from: ConsentParty([Self.lakeside])) == .permit)
            #expect(try decision("permit", role: role, from: elsewhere) == .noConsent)
            #expect(try decision("permit", role: role, from: .unknown) == .indeterminate)
        }
    }

    @Test("recipients are not compared with who sends")
    func recipient() throws {
        for role in ["IRCP", "PRCP", "NOT", "TRC", "REFT"].map(Fixture.role) {
            let party = ConsentParty([Self.lakeside])
            #expect(try decision("deny", role: role, from: party) == .permit)
            let clinic = "Organization/clinic"
            #expect(try decision("deny", role: role, clinic, from: party) == .deny)
        }
    }

    @Test("a role that cannot be placed leaves doubt about a rule for one of the parties")
    func unplaced() throws {
        let both = "{'coding':[{'system':'urn:local','code':'x'}]}"
        let bare = "{'coding':[{'code':'IRCP'}]}"
        for role in [Fixture.role("WIT"), both, bare, "{'text':'whoever'}"] {
            let party = ConsentParty([Self.lakeside])
            #expect(try decision("deny", role: role, from: party) == .indeterminate)
            #expect(try decision("permit", role: role, from: party) == .indeterminate)
            let elsewhere = ConsentParty([Fixture.other])
            #expect(try decision("deny", role: role, from: elsewhere) == .permit)
        }
    }

    @Test(
        "without a role an actor that is neither party is nobody here, one that is one is in doubt")
    func noRole() throws {
        let elsewhere = ConsentParty([Fixture.other])
        #expect(try decision("deny", role: nil, from: elsewhere) == .permit)
        #expect(
            try decision("deny", role: nil, from: ConsentParty([Self.lakeside])) == .indeterminate)
        #expect(try decision("permit", role: nil, from: elsewhere) == .noConsent)
    }

    @Test("a case file names the sender as sender or source; without one a sender is in doubt")
    func caseFile() throws {
        let consent = Fixture.consent(
            "{'provision':[{'type':'deny','actor':[{'role':\(Fixture.role("CST")),"
                + "'reference':{'reference':'Organization/lakeside'}}]}]}", Self.optIn)
        func decision(_ sender: String) throws -> Verdict.Decision {
            let row =
                "[{'id':'r','consents':[\(consent)],'request':{\(sender)"
                + "'evaluationTime':'2022-07-01T12:00:00Z',"
                + "'actor':[{'reference':'Organization/clinic'}],'purposeOfUse':[]}}]"
            let text = row.replacing("'", with: "\"")
            let question = try #require(ConsentCaseFile(Array(text.utf8)).cases.first)
            return Fixture.verdict(question.directives, question.request).decision
        }
        for name in ["sender", "source"] {
            #expect(try decision("'\(name)':[{'reference':'Organization/lakeside'}],") == .deny)
            #expect(try decision("'\(name)':[{'reference':'Organization/hill'}],") == .permit)
        }
        #expect(try decision("") == .indeterminate)
    }
}
