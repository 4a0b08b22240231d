import CareConsent
import CareFHIR
import CareFixtures
import CareModel
import Testing

@Suite("Consents of kinds that went wrong in the field")
struct FieldConsentTests {
    private func directive(_ name: String) throws -> ConsentDirective {
        try FHIRConsentReader().read(FixtureFolder.bytes("field/\(name).json")).directive
    }

    @Test("a custodian who must not disclose sends to nobody, whoever is to receive it")
    func custodian() throws {
        let directive = try directive("02a-consent-cst-deny")
        let lakeside = ConsentActor(reference: "Organization/lakeside")
        for recipient in [Fixture.clinic, Fixture.other, lakeside] {
            var request = Fixture.request(actors: [recipient])
            request.time = Timestamp(milliseconds: 1_795_000_000_000)  // in November 2026
            request.sender = ConsentParty([lakeside])
            #expect(Fixture.verdict([directive], request).outcome == .deny)
            request.sender = .unknown
            #expect(Fixture.verdict([directive], request).outcome != .permit)
        }
    }

    @Test("a consent to research permits no referral and refuses none, and says what it is")
    func research() throws {
        let directive = try directive("06a-consent-research-permit")
        var request = Fixture.request()
        request.time = Timestamp(milliseconds: 1_795_000_000_000)
        request.authorisedPurposes = request.purposes
        for policy in [ImplicitPolicy.deny, .allNormal] {
            let verdict = Fixture.verdict([directive], request, policy: policy)
            #expect(verdict.decision == .noConsent)
            #expect(verdict.outcome == Fixture.verdict([], request, policy: policy).outcome)
        }
        let summary = try ConsentSummary(
            of: FixtureFolder.bytes("field/06a-consent-research-permit.json"))
        #expect(summary.line.contains("research"))
        #expect(summary.line.contains("on which careloop does not decide"))
    }

    @Test("the referral beside it is of the same patient and in order")
    func referral() throws {
        let patient = try #require(BusinessIdentifier(system: "urn:example:field", value: "F-021"))
        let consent = try FHIRConsentReader().read(
            FixtureFolder.bytes("field/06a-consent-research-permit.json"))
        #expect(consent.patientIdentifiers == [patient])
        let items = try PayloadInspector().inspect(
            FixtureFolder.bytes("field/06b-refer.json"),
            expecting: PayloadExpectation(patient: patient, kind: "request")
        ).items
        #expect(items.map(\.resource.type) == ["Patient", "ServiceRequest"])
    }
}
