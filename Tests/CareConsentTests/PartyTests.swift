import CareConsent
import CareFHIR
import CareModel
import Testing

@Suite("Whoever can be told apart is told apart")
struct PartyTests {
    /// A recipient of whom the organisation, the service and the agent are known.
    private static let recipient = ConsentParty(
        [
            ConsentActor(reference: "Organization/clinic", identifiers: number("urn:ods", "A1")),
            ConsentActor(reference: "HealthcareService/cardiology"),
            ConsentActor(reference: "Practitioner/ann", identifiers: number("urn:npi", "7")),
        ],
        known: [.organisation, .service, .practitioner, .patient, .relatedPerson, .device])

    private static func number(_ system: String, _ value: String) -> [BusinessIdentifier] {
        BusinessIdentifier(system: system, value: value).map { [$0] } ?? []
    }

    /// What comes of forbidding exactly `reference`, a Reference with `'` for quotes.
    private func decision(_ reference: String, contained: String = "") throws -> Verdict.Decision {
        let optIn =
            "'policyRule':{'coding':[{'system':"
            + "'http://terminology.hl7.org/CodeSystem/v3-ActCode','code':'OPTIN'}]},"
        let contained = contained.isEmpty ? "" : "'contained':[\(contained)],"
        let json = Fixture.consent(
            "{'actor':[{'role':\(Fixture.role("IRCP")),'reference':\(reference)}]}",
            optIn + contained)
        var request = Fixture.request()
        request.recipient = Self.recipient
        return Fixture.verdict([try Fixture.read(json)], request).decision
    }

    @Test(
        "a name of the party is the party",
        arguments: [
            "{'reference':'Organization/clinic'}", "{'reference':'Organization/clinic/_history/2'}",
            "{'reference':'HealthcareService/cardiology'}", "{'reference':'Practitioner/ann'}",
            "{'type':'Organization','identifier':{'system':'urn:ods','value':'A1'}}",
            "{'identifier':{'system':'urn:npi','value':'7'}}",
        ])
    func same(reference: String) throws { #expect(try decision(reference) == .deny) }

    @Test(
        "of a kind that is known completely everybody else is somebody else",
        arguments: [
            "{'reference':'Organization/other'}", "{'reference':'Practitioner/ben'}",
            "{'reference':'HealthcareService/eyes'}", "{'reference':'Patient/clinic'}",
            "{'reference':'RelatedPerson/1'}", "{'reference':'Device/1'}",
            "{'type':'Patient','identifier':{'system':'urn:x','value':'A1'}}",
            "{'type':'Organization','identifier':{'system':'urn:ods','value':'A2'}}",
            "{'reference':'https://ehr.example/Organization/clinic',"
                + "'identifier':{'system':'urn:ods','value':'A2'}}",
        ])
    func different(reference: String) throws { #expect(try decision(reference) == .permit) }

    @Test(
        "what nobody can compare leaves doubt",
        arguments: [
            "{'reference':'https://ehr.example/fhir/Organization/clinic'}",
            "{'reference':'https://ehr.example/fhir/Organization/55'}",
            "{'reference':'urn:uuid:7d6e8a3c-0000-4000-8000-000000000001'}", "{'reference':'#x'}",
            "{'reference':'Group/g'}", "{'reference':'CareTeam/t'}",
            "{'reference':'PractitionerRole/r'}", "{'display':'The clinic'}",
            "{'type':'Organization','identifier':{'system':'urn:other','value':'1'}}",
            "{'type':'Organization','identifier':{'system':'urn:npi','value':'8'}}",
            "{'reference':'Organization/other','type':'Practitioner'}",
        ])
    func doubtful(reference: String) throws {
        #expect(try decision(reference) == .indeterminate)
    }

    @Test("Groups, CareTeams and PractitionerRoles at hand stand for those they name")
    func opened() throws {
        func member(_ name: String) -> String { "{'reference':'Practitioner/\(name)'}" }
        func group(_ name: String, _ more: String = "", _ inner: String = "") -> String {
            "{'resourceType':'Group','id':'x',\(more)'member':[{\(inner)'entity':\(member(name))}]}"
        }
        let it = "{'reference':'#x'}"
        #expect(try decision(it, contained: group("ann")) == .deny)
        #expect(try decision(it, contained: group("ben")) == .permit)
        #expect(try decision(it, contained: group("ann", "", "'inactive':true,")) == .permit)
        let past = "'period':{'end':'2020-01-01'},"
        #expect(try decision(it, contained: group("ann", "", past)) == .permit)
        #expect(try decision(it, contained: group("ben", "'quantity':9,")) == .indeterminate)
        #expect(try decision(it, contained: group("ann", "'active':false,")) == .indeterminate)
        let team = "{'resourceType':'CareTeam','id':'x','participant':[{'member':"
        #expect(try decision(it, contained: team + member("ann") + "}]}") == .deny)
        #expect(try decision(it, contained: team + member("ben") + "}]}") == .permit)
        func role(_ parts: String) -> String {
            "{'resourceType':'PractitionerRole','id':'x',\(parts)}"
        }
        let clinic = "'organization':{'reference':'Organization/clinic'}"
        let other = "'organization':{'reference':'Organization/other'}"
        let ann = "'practitioner':\(member("ann"))"
        #expect(try decision(it, contained: role("\(ann),\(clinic)")) == .deny)
        #expect(try decision(it, contained: role("\(ann),\(other)")) == .permit)
        #expect(try decision(it, contained: role(clinic)) == .indeterminate)
        #expect(try decision(it, contained: role(other)) == .permit)
    }
}
