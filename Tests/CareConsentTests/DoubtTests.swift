import CareConsent
import CareFHIR
import CareModel
import Testing

/// Holds what the comparison with the plain evaluator found, in the fewest words.
@Suite("Doubt and detours work against a release")
struct DoubtTests {
    private func decision(
        _ base: ConsentEffect, _ root: ConsentProvision, _ request: ConsentRequest
    ) -> Verdict.Decision { Fixture.verdict([Fixture.directive(base, root)], request).decision }

    private func denying(_ content: ContentCondition) -> ConsentProvision {
        ConsentProvision(provisions: [ConsentProvision(type: .deny, content: content)])
    }

    private func pointing(
        _ meaning: ConsentData.Meaning, at reference: String
    ) -> ConsentProvision {
        denying(
            .init(data: [ConsentData(meaning: meaning, target: .init(reference: reference))]))
    }

    @Test("a prohibition that repeats its parent's still wins over a sibling that permits")
    func repeatedProhibition() {
        // Forbid all, but permit observations, and whatever else is said forbid psychiatry.
        let psychiatry = Coding(system: CodeSystem.actCode, code: "PSY")
        let exception = ConsentProvision(
            type: .deny,
            provisions: [
                ConsentProvision(
                    type: .permit, content: .init(classes: [.resourceType("Observation")])),
                ConsentProvision(type: .deny, content: .init(securityLabels: [psychiatry])),
            ])
        let root = ConsentProvision(provisions: [exception])
        let verdict = Fixture.verdict([Fixture.directive(.permit, root)])
        let released = verdict.releases([
            Fixture.observation([.confidentiality("N")]),
            Fixture.observation([.confidentiality("N"), psychiatry]),
        ])
        #expect(released == [true, false])
    }

    @Test("a directive that forbids everything by way of two exceptions refuses")
    func nothingLeft() {
        let codes = ContentCondition(codes: [Coding(system: "http://loinc.org", code: "1-1")])
        let always = ConsentProvision(
            type: .deny, content: codes, provisions: [ConsentProvision(type: .deny)])
        let root = ConsentProvision(provisions: [always])
        #expect(decision(.permit, root, Fixture.request()) == .deny)
    }

    @Test("content of a class asked for stays if it is also of a forbidden class")
    func severalClasses() {
        var letter = ContentResource(type: "DocumentReference", references: ["urn:uuid:1"])
        letter.classes.append(.resourceType("Observation"))
        let request = Fixture.request(classes: [.resourceType("DocumentReference")])
        let root = denying(.init(classes: [.resourceType("Observation")]))
        let verdict = Fixture.verdict([Fixture.directive(.permit, root)], request)
        #expect(verdict.decision == .permit)
        let plain = ContentResource(type: "DocumentReference")
        #expect(verdict.releases([letter, plain]) == [false, true])
    }

    @Test("the frame of a release stays behind if a rule names it, whatever class is asked for")
    func frameBesideClass() {
        let request = Fixture.request(classes: [.resourceType("Observation")])
        let root = denying(.init(classes: [.resourceType("Patient")]))
        let verdict = Fixture.verdict([Fixture.directive(.permit, root)], request)
        let content = [ContentResource(type: "Patient"), Fixture.observation([])]
        #expect(verdict.releases(content) == [false, true])
    }

    @Test("a forbidden class of another system than the one asked for is not left aside")
    func classOfOtherSystem() {
        let note = Coding(system: "http://loinc.org", code: "34133-9")
        var letter = ContentResource(type: "DocumentReference")
        letter.classes.append(note)
        let request = Fixture.request(classes: [.resourceType("DocumentReference")])
        let verdict = Fixture.verdict(
            [Fixture.directive(.permit, denying(.init(classes: [note])))], request)
        #expect(verdict.releases([letter]) == [false])
    }

    @Test(
        "a membership that ends on a date has ended when the day has ended everywhere")
    func formerMember() {
        var former = Fixture.clinic
        former.period = ConsentPeriod(
            start: nil,
            end: .init(instant: Fixture.noon, isLocalDate: true, text: "2022-06-30"))
        let root = ConsentProvision(
            actors: [ConsentActor(reference: "Group/g", members: [former])])
        #expect(decision(.deny, root, Fixture.request()) == .indeterminate)
        #expect(decision(.permit, root, Fixture.request()) == .indeterminate)
        let later = Fixture.request(at: Fixture.noon + .seconds(12 * 3_600))
        #expect(decision(.deny, root, later) == .noConsent)
    }

    @Test("a name that looks like the recipient's leaves doubt, whatever other names it has")
    func lookalike() {
        let elsewhere = ConsentActor(reference: "https://elsewhere.example/Organization/clinic")
        let root = ConsentProvision(actors: [elsewhere])
        let request = Fixture.request(actors: [Fixture.clinic, Fixture.other])
        #expect(decision(.deny, root, request) == .indeterminate)
        #expect(decision(.permit, root, request) == .indeterminate)
    }

    @Test("an equal number without a namespace leaves doubt")
    func bareNumber() throws {
        let bare = try #require(BusinessIdentifier(system: "", value: "A1"))
        let root = ConsentProvision(actors: [ConsentActor(identifiers: [bare])])
        let request = Fixture.request(actors: [ConsentActor(identifiers: [bare])])
        #expect(decision(.deny, root, request) == .indeterminate)
        #expect(decision(.permit, root, request) == .indeterminate)
    }

    @Test("an action asked for that nobody knows leaves doubt about any rule on actions")
    func unknownActionAskedFor() {
        var request = Fixture.request()
        request.actions = [.action("publish")]
        let root = ConsentProvision(actions: [.action("disclose")])
        #expect(decision(.deny, root, request) == .indeterminate)
        #expect(decision(.permit, root, request) == .indeterminate)
    }

    @Test("a purpose asked for in another system leaves doubt about any rule on purposes")
    func localPurposeAskedFor() {
        let local = Coding(system: "urn:local", code: "newsletter")
        let root = ConsentProvision(purposes: [.purpose("HMARKT")])
        let request = Fixture.request([.coordinationOfCare, local])
        #expect(decision(.deny, root, request) == .indeterminate)
        #expect(decision(.permit, root, request) == .indeterminate)
    }

    @Test("pointers find what a bundle calls by a temporary name")
    func temporaryNames() {
        let author = ContentResource(
            type: "Practitioner", references: ["Practitioner/b", "urn:uuid:b"])
        var note = Fixture.observation([.confidentiality("N")])
        note.authors = ["urn:uuid:b"]
        note.related = ["urn:uuid:e"]
        let visit = ContentResource(
            type: "Encounter", references: ["Encounter/e", "urn:uuid:e"],
            securityLabels: [.confidentiality("N")])
        let content = [author, note, visit]
        let byAuthor = Fixture.verdict([
            Fixture.directive(.permit, pointing(.authoredBy, at: "Practitioner/b"))
        ])
        #expect(!byAuthor.releases(content)[1])
        let byVisit = Fixture.verdict([
            Fixture.directive(.permit, pointing(.related, at: "Encounter/e"))
        ])
        #expect(!byVisit.releases(content)[1])
        #expect(!byVisit.releases([note])[0])
    }

    @Test("a pointer to another server's resource with the same id leaves doubt")
    func otherServer() {
        let note = Fixture.observation([.confidentiality("N")])
        for (meaning, reference) in [
            (ConsentData.Meaning.instance, "https://ehr.example/Observation/1"),
            (.authoredBy, "https://ehr.example/Practitioner/a"),
        ] {
            let verdict = Fixture.verdict([
                Fixture.directive(.permit, pointing(meaning, at: reference))
            ])
            #expect(verdict.releases([note]) == [false])
        }
    }

    @Test("a person may write for an organisation, so another type of author leaves doubt")
    func authorOfOtherType() {
        let note = Fixture.observation([.confidentiality("N")])
        for (author, leaves) in [
            ("Organization/south", false), ("Practitioner/b", true),
            ("https://ehr.example/Practitioner/b", false),
        ] {
            let verdict = Fixture.verdict([
                Fixture.directive(.permit, pointing(.authoredBy, at: author))
            ])
            #expect(verdict.releases([note]) == [leaves], "\(author)")
        }
    }

    @Test("what nobody could read may be another thing each time")
    func unreadTwice() {
        let unread = ContentCondition(codes: [Coding(system: "", code: "")])
        let inner = ConsentProvision(
            type: .permit, content: unread,
            provisions: [ConsentProvision(type: .deny, content: unread, path: "inner")])
        let root = ConsentProvision(provisions: [inner])
        #expect(decision(.deny, root, Fixture.request()) == .permit)
        let known = ContentCondition(codes: [Coding(system: "urn:codes", code: "1")])
        let empty = ConsentProvision(
            type: .permit, content: known,
            provisions: [ConsentProvision(type: .deny, content: known)])
        #expect(
            decision(.deny, ConsentProvision(provisions: [empty]), Fixture.request()) == .deny)
    }

    @Test("so many doubts that not every way can be tried never make a verdict firm")
    func manyDoubts() {
        var directives: [ConsentDirective] = []
        for number in 0..<40 {
            let somebody = ConsentActor(reference: "urn:uuid:\(number)")
            let rule = ConsentProvision(type: .deny, actors: [somebody])
            directives.append(
                Fixture.directive(
                    .permit, ConsentProvision(provisions: [rule]), name: "d\(number)"))
        }
        #expect(Fixture.verdict(directives).decision == .indeterminate)
        directives.append(Fixture.directive(.deny, name: "firm"))
        #expect(Fixture.verdict(directives).decision == .deny)
    }

    @Test("a refusal in doubt inside a refusal permits nothing; one that applies for certain does")
    func refusalInside() {
        func root(_ actor: ConsentActor) -> ConsentProvision {
            ConsentProvision(provisions: [
                ConsentProvision(
                    type: .deny, actors: [actor], provisions: [ConsentProvision(type: .permit)])
            ])
        }
        let unknown = ConsentActor(reference: "Practitioner/ann")
        #expect(decision(.deny, root(unknown), Fixture.request()) == .deny)
        #expect(decision(.deny, root(Fixture.clinic), Fixture.request()) == .permit)
    }

    @Test("a directive that cannot be understood is still one of its category")
    func flawedCategory() throws {
        let json = Fixture.consent("{'type':'deny'}", "'implicitRules':'urn:x',")
        var request = Fixture.request()
        request.categories = [Coding(system: "http://loinc.org", code: "59284-0")]
        let directive = try Fixture.read(json)
        #expect(Fixture.verdict([directive], request).decision == .indeterminate)
        request.categories = [Coding(system: "urn:categories", code: "research")]
        #expect(Fixture.verdict([directive], request).decision == .noConsent)
        let lost = try Fixture.read(json.replacing("'category':[", with: "'category':[7,"))
        #expect(Fixture.verdict([lost], request).decision == .indeterminate)
    }
}
