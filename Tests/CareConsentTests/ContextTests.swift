import CareConsent
import CareModel
import Testing

@Suite("Recipient, purpose, action and time")
struct ContextTests {
    private func decision(
        _ base: ConsentEffect, _ root: ConsentProvision, _ request: ConsentRequest
    ) -> Verdict.Decision { Fixture.verdict([Fixture.directive(base, root)], request).decision }

    @Test("a treatment consent covers coordination of care but neither operations nor break-glass")
    func purposes() {
        let root = ConsentProvision(purposes: [.purpose("TREAT")])
        #expect(decision(.permit, root, Fixture.request([.coordinationOfCare])) == .permit)
        #expect(decision(.permit, root, Fixture.request([.purpose("ETREAT")])) == .permit)
        #expect(decision(.permit, root, Fixture.request([.purpose("CAREMGT")])) == .noConsent)
        #expect(decision(.permit, root, Fixture.request([.breakGlass])) == .noConsent)
    }

    @Test("only break-glass itself permits break-glass")
    func breakGlass() {
        let emergency = ConsentProvision(purposes: [.purpose("ETREAT")])
        #expect(decision(.permit, emergency, Fixture.request([.breakGlass])) == .noConsent)
        let breakGlass = ConsentProvision(purposes: [.breakGlass])
        #expect(decision(.permit, breakGlass, Fixture.request([.breakGlass])) == .permit)
        #expect(decision(.permit, breakGlass, Fixture.request([.purpose("TREAT")])) == .noConsent)
    }

    @Test("a code of the old FHIR system means the same purpose")
    func oldSystems() {
        let old = Coding(system: "http://hl7.org/fhir/v3/ActReason", code: "COC")
        let root = ConsentProvision(purposes: [.purpose("TREAT")])
        #expect(decision(.permit, root, Fixture.request([old])) == .permit)
    }

    @Test(
        "whether a purpose that cannot be compared is meant is in doubt",
        arguments: [Coding(system: "", code: ""), Coding.purpose("TRAET")])
    func unknownPurpose(purpose: Coding) {
        let root = ConsentProvision(purposes: [purpose])
        #expect(decision(.deny, root, Fixture.request()) == .indeterminate)
        #expect(decision(.permit, root, Fixture.request()) == .indeterminate)
    }

    @Test("a purpose of HL7 is none of another system where that would permit the whole")
    func localPurpose() {
        let root = ConsentProvision(purposes: [Coding(system: "http://local", code: "care")])
        #expect(decision(.deny, root, Fixture.request()) == .indeterminate)
        #expect(decision(.permit, root, Fixture.request()) == .noConsent)
    }

    @Test("the root of all purposes is all of them")
    func anyPurpose() {
        let root = ConsentProvision(purposes: [.purpose("PurposeOfUse")])
        #expect(decision(.deny, root, Fixture.request()) == .deny)
        #expect(decision(.permit, root, Fixture.request([.breakGlass])) == .noConsent)
    }

    @Test("a request without a purpose is permitted nothing that has one")
    func noPurpose() {
        let root = ConsentProvision(purposes: [.purpose("TREAT")])
        #expect(decision(.permit, root, Fixture.request([])) == .indeterminate)
        #expect(decision(.deny, root, Fixture.request([])) == .indeterminate)
    }

    @Test("actors match by reference and by shared identifier")
    func actors() throws {
        let number = try #require(BusinessIdentifier(system: "urn:ods", value: "A1"))
        let named = ConsentActor(reference: "Organization/elsewhere", identifiers: [number])
        let root = ConsentProvision(actors: [named])
        let asker = ConsentActor(reference: "Organization/clinic", identifiers: [number])
        #expect(decision(.permit, root, Fixture.request(actors: [asker])) == .permit)
        #expect(decision(.permit, root, Fixture.request()) == .noConsent)
        #expect(decision(.deny, root, Fixture.request()) == .noConsent)
    }

    @Test("whether an actor nobody can compare with is meant is in doubt")
    func unresolvedActor() {
        for actor in [
            ConsentActor(reference: "Group/unknown", isResolved: false),
            ConsentActor(reference: "Practitioner/somebody"),
            ConsentActor(reference: "https://elsewhere.example/Organization/clinic"),
        ] {
            let root = ConsentProvision(actors: [actor])
            #expect(decision(.deny, root, Fixture.request()) == .indeterminate)
            #expect(decision(.permit, root, Fixture.request()) == .indeterminate)
        }
    }

    @Test("a permission for an actor nobody can compare with does not lose the prohibition in it")
    func unresolvedWithProhibition() {
        let root = ConsentProvision(
            actors: [ConsentActor(reference: "Group/unknown", isResolved: false)],
            provisions: [ConsentProvision(type: .deny, purposes: [.purpose("HMARKT")])])
        #expect(decision(.permit, root, Fixture.request()) == .indeterminate)
        #expect(decision(.permit, root, Fixture.request([.purpose("HMARKT")])) == .indeterminate)
    }

    @Test("a Group stands for its members while they are members")
    func groups() {
        let past = ConsentPeriod(
            start: nil,
            end: .init(
                instant: Timestamp(milliseconds: 0), isLocalDate: false,
                text: "1970-01-01T00:00:00Z"))
        var former = Fixture.other
        former.period = past
        let group = ConsentActor(reference: "Group/g", members: [Fixture.clinic, former])
        let root = ConsentProvision(actors: [group])
        #expect(decision(.permit, root, Fixture.request()) == .permit)
        #expect(
            decision(.permit, root, Fixture.request(actors: [Fixture.other])) == .noConsent)
    }

    @Test("whether an action nobody knows is meant is in doubt")
    func actions() {
        let odd = ConsentProvision(actions: [.action("publish")])
        #expect(decision(.deny, odd, Fixture.request()) == .indeterminate)
        #expect(decision(.permit, odd, Fixture.request()) == .indeterminate)
        let collect = ConsentProvision(actions: [.action("collect")])
        #expect(decision(.deny, collect, Fixture.request()) == .noConsent)
    }

    @Test("a date without a zone is of any, but where it bounds a permission as a whole")
    func localDates() throws {
        let end = ConsentPeriod.Bound(
            instant: Fixture.noon, isLocalDate: true, text: "2022-06-30")
        let root = ConsentProvision(period: ConsentPeriod(start: nil, end: end))
        let atEnd = Fixture.request(at: Fixture.noon)
        let before = Fixture.request(at: Timestamp(milliseconds: Fixture.noon.milliseconds - 1))
        #expect(decision(.permit, root, before) == .permit)
        #expect(decision(.permit, root, atEnd) == .noConsent)
        #expect(decision(.deny, root, before) == .indeterminate)
        let wellBefore = Fixture.request(at: before.time + .seconds(-14 * 3_600))
        #expect(decision(.deny, root, wellBefore) == .deny)
        let inner = ConsentProvision(provisions: [
            ConsentProvision(type: .permit, period: root.period)
        ])
        #expect(decision(.deny, inner, before) == .indeterminate)
        #expect(decision(.deny, inner, wellBefore) == .permit)
        #expect(decision(.deny, root, atEnd) == .indeterminate)
        #expect(
            decision(.deny, root, Fixture.request(at: Fixture.noon + .seconds(12 * 3_600)))
                == .noConsent)
    }

    @Test("implicit policies look at what the recipient is authorised for")
    func implicitPolicies() {
        var request = Fixture.request([.coordinationOfCare])
        #expect(Fixture.verdict([], request, policy: .basicNormal).outcome == .deny)
        request.authorisedPurposes = [.purpose("TREAT")]
        #expect(Fixture.verdict([], request, policy: .basicNormal).outcome == .permit)
        #expect(Fixture.verdict([], request, policy: .breakGlassOnly).outcome == .deny)
        request.purposes = [.breakGlass]
        #expect(Fixture.verdict([], request, policy: .allNormal).outcome == .deny)
        request.authorisedPurposes = [.breakGlass]
        #expect(Fixture.verdict([], request, policy: .breakGlassOnly).outcome == .permit)
        request.purposes = []
        #expect(Fixture.verdict([], request, policy: .allNormal).outcome == .deny)
    }
}
