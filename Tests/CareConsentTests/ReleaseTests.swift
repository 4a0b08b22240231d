import CareConsent
import CareModel
import Testing

@Suite("Which content may leave")
struct ReleaseTests {
    private func released(
        _ content: [ContentResource], base: ConsentEffect = .permit, _ root: ConsentProvision
    ) -> [Bool] { Fixture.verdict([Fixture.directive(base, root)]).releases(content) }

    private func permit(_ condition: ContentCondition) -> ConsentProvision {
        ConsentProvision(content: condition)
    }

    private func except(_ condition: ContentCondition) -> ConsentProvision {
        ConsentProvision(provisions: [ConsentProvision(type: .deny, content: condition)])
    }

    private static let levels = ["U", "L", "M", "N", "R", "V"].map {
        Fixture.observation([.confidentiality($0)])
    }

    @Test("confidentiality is a high-water mark")
    func highWaterMark() {
        let normal = ContentCondition(securityLabels: [.confidentiality("N")])
        #expect(released(Self.levels, permit(normal)) == [true, true, true, true, false, false])
        let restricted = ContentCondition(securityLabels: [.confidentiality("R")])
        #expect(
            released(Self.levels, except(restricted)) == [true, true, true, true, false, false])
        let both = Fixture.observation([.confidentiality("N"), .confidentiality("V")])
        #expect(released([both], permit(restricted)) == [false])
    }

    @Test("content without a label counts as restricted, an unknown level as the highest")
    func unlabelled() {
        let normal = ContentCondition(securityLabels: [.confidentiality("N")])
        let restricted = ContentCondition(securityLabels: [.confidentiality("R")])
        let plain = Fixture.observation([])
        #expect(released([plain], permit(normal)) == [false])
        #expect(released([plain], permit(restricted)) == [true])
        #expect(released([plain], except(restricted)) == [false])
        let odd = Fixture.observation([.confidentiality("X")])
        #expect(released([odd], permit(restricted)) == [false])
    }

    @Test("a level nobody knows in a rule fits a prohibition and no permission")
    func unknownLevel() {
        let odd = ContentCondition(securityLabels: [.confidentiality("X")])
        #expect(released(Self.levels, permit(odd)) == Array(repeating: false, count: 6))
        #expect(released(Self.levels, except(odd)) == Array(repeating: false, count: 6))
    }

    @Test("a sensitivity that content might have keeps back content without labels")
    func sensitivity() {
        let psychiatry = ContentCondition(
            securityLabels: [Coding(system: CodeSystem.actCode, code: "PSY")])
        let content = [Fixture.observation([]), Fixture.observation([.confidentiality("R")])]
        #expect(released(content, except(psychiatry)) == [false, true])
        #expect(released(content, permit(psychiatry)) == [false, false])
    }

    @Test("classes and codes compare within their systems; doubt keeps content back")
    func codes() {
        let loinc = ContentCondition(codes: [Coding(system: "http://loinc.org", code: "2-2")])
        let snomed = ContentCondition(codes: [Coding(system: "http://snomed.info/sct", code: "2")])
        let content = [Fixture.observation([.confidentiality("N")])]
        #expect(released(content, except(loinc)) == [true])
        #expect(released(content, except(snomed)) == [false])
        #expect(released(content, permit(loinc)) == [false])
        let classes = ContentCondition(classes: [.resourceType("Observation")])
        #expect(released(content, except(classes)) == [false])
        #expect(released(content, permit(classes)) == [true])
    }

    @Test("pointers reach the resource, its author and what is linked with it")
    func pointers() {
        func rule(_ meaning: ConsentData.Meaning, _ reference: String) -> ContentCondition {
            ContentCondition(data: [
                ConsentData(meaning: meaning, target: ConsentActor(reference: reference))
            ])
        }
        var linked = Fixture.observation([.confidentiality("N")], id: "2")
        linked.related = ["Encounter/e"]
        let content = [Fixture.observation([.confidentiality("N")]), linked]
        #expect(released(content, except(rule(.instance, "Observation/1"))) == [false, true])
        #expect(released(content, except(rule(.authoredBy, "Practitioner/a"))) == [false, false])
        #expect(released(content, except(rule(.authoredBy, "Practitioner/b"))) == [true, true])
        #expect(released(content, except(rule(.related, "Encounter/e"))) == [true, false])
        #expect(released(content, permit(rule(.related, "Encounter/e"))) == [false, true])
        #expect(released(content, except(rule(.unknown("odd"), "Encounter/e"))) == [false, false])
        var nameless = content[0]
        nameless.references = ["urn:uuid:0"]
        #expect(released([nameless], except(rule(.instance, "Observation/9"))) == [false])
    }

    @Test("a permitted span has to cover content wholly, a forbidden one only to touch it")
    func dataPeriods() {
        func period(_ start: Int64, _ end: Int64) -> ConsentPeriod {
            ConsentPeriod(
                start: .init(
                    instant: Timestamp(milliseconds: start), isLocalDate: false, text: "s"),
                end: .init(instant: Timestamp(milliseconds: end), isLocalDate: false, text: "e"))
        }
        let rule = ContentCondition(dataPeriod: period(100, 200))
        let content = [
            Fixture.observation([], period: period(100, 200)),
            Fixture.observation([], period: period(150, 250)),
            Fixture.observation([], period: period(200, 250)), Fixture.observation([]),
        ]
        #expect(released(content, permit(rule)) == [true, false, false, false])
        #expect(released(content, except(rule)) == [false, false, true, false])
    }

    @Test("the frame of a release stays unless a rule clearly names it")
    func frame() {
        let patient = ContentResource(type: "Patient", references: ["urn:uuid:p"])
        var labelled = patient
        labelled.securityLabels = [.confidentiality("V")]
        let normal = ContentCondition(securityLabels: [.confidentiality("N")])
        #expect(released([patient, labelled], permit(normal)) == [true, false])
        let classes = ContentCondition(classes: [.resourceType("Patient")])
        #expect(released([patient], except(classes)) == [false])
    }

    @Test("content of a class that was not asked for is not covered")
    func classesAskedFor() {
        let request = Fixture.request(classes: [.resourceType("Claim")])
        let verdict = Fixture.verdict([Fixture.directive(.permit)], request)
        let content = [Fixture.observation([]), ContentResource(type: "Claim")]
        #expect(verdict.releases(content) == [false, true])
    }
}
