import CareConsent
import CareModel
import Testing

@Suite("Verdicts")
struct VerdictTests {
    @Test("without a directive the implicit policy decides and is named")
    func noDirective() {
        let verdict = Fixture.verdict([])
        #expect(verdict.decision == .noConsent)
        #expect(verdict.outcome == .deny)
        #expect(verdict.implicitPolicy == .deny)
        #expect(verdict.explanation.contains("implicit policy deny refuses"))
    }

    @Test("a prohibition in one directive overrides a permission in another")
    func denyOverrides() {
        let verdict = Fixture.verdict([
            Fixture.directive(.permit, name: "a"), Fixture.directive(.deny, name: "b"),
        ])
        #expect(verdict.decision == .deny)
        #expect(verdict.basis.map { $0.directive } == ["a", "b"])
        #expect(verdict.explanation.contains("Directive b version 1 refuses at provision"))
    }

    @Test("a directive that cannot be understood holds the release even beside a permission")
    func unreadableHolds() {
        var broken = Fixture.directive(.permit, name: "broken")
        broken.rule = .unreadable("it is odd")
        let verdict = Fixture.verdict([Fixture.directive(.permit), broken], policy: .allNormal)
        #expect(verdict.decision == .indeterminate)
        #expect(verdict.outcome == .hold)
        #expect(verdict.explanation.contains("it is odd"))
    }

    @Test("obligations of every directive bind together")
    func obligationsOfAll() {
        let normal = ConsentProvision(content: .init(securityLabels: [.confidentiality("N")]))
        let noPsychiatry = ConsentProvision(provisions: [
            ConsentProvision(
                type: .deny,
                content: .init(securityLabels: [Coding(system: CodeSystem.actCode, code: "PSY")]))
        ])
        let verdict = Fixture.verdict([
            Fixture.directive(.permit, normal, name: "a"),
            Fixture.directive(.permit, noPsychiatry, name: "b"),
        ])
        #expect(verdict.obligations.map { $0.directive } == ["a", "b"])
        let psychiatric = Coding(system: CodeSystem.actCode, code: "PSY")
        let released = verdict.releases([
            Fixture.observation([.confidentiality("N")]),
            Fixture.observation([.confidentiality("N"), psychiatric]),
            Fixture.observation([.confidentiality("R")]),
        ])
        #expect(released == [true, false, false])
    }

    @Test("nothing is released unless the outcome is permit")
    func noRelease() {
        let content = [Fixture.observation([.confidentiality("U")])]
        #expect(Fixture.verdict([]).releases(content) == [false])
        #expect(Fixture.verdict([Fixture.directive(.deny)]).releases(content) == [false])
        #expect(Fixture.verdict([Fixture.directive(.permit)]).releases(content) == [true])
    }

    @Test(
        "only an active directive counts",
        arguments: [
            ConsentStatus.draft, .proposed, .rejected, .inactive, .enteredInError, .notDone,
        ])
    func inactive(status: ConsentStatus) {
        let verdict = Fixture.verdict([Fixture.directive(.permit, status: status)])
        #expect(verdict.decision == .noConsent)
        #expect(verdict.skipped.map { $0.cause } == [.status(status)])
    }

    @Test("a status nobody knows holds the release")
    func unknownStatus() {
        let verdict = Fixture.verdict([Fixture.directive(.permit, status: .unknown)])
        #expect(verdict.decision == .indeterminate)
    }

    @Test("a directive of another category is left aside")
    func category() {
        var research = Fixture.directive(.deny)
        research.categories = [Coding(system: "s", code: "research")]
        var request = Fixture.request()
        request.categories = [Coding(system: "s", code: "privacy")]
        #expect(Fixture.verdict([research], request).decision == .noConsent)
        request.categories.append(Coding(system: "s", code: "research"))
        #expect(Fixture.verdict([research], request).decision == .deny)
    }

    @Test("directives beyond the limits hold the release")
    func limits() {
        var deep = ConsentProvision(path: "p")
        for _ in 0..<20 { deep = ConsentProvision(type: .permit, provisions: [deep]) }
        #expect(Fixture.verdict([Fixture.directive(.permit, deep)]).decision == .indeterminate)
        let wide = ConsentProvision(
            provisions: Array(repeating: ConsentProvision(type: .permit), count: 6_000))
        #expect(Fixture.verdict([Fixture.directive(.permit, wide)]).decision == .indeterminate)
        let many = (0..<300).map { Fixture.directive(.permit, name: "d\($0)") }
        #expect(Fixture.verdict(many).decision == .indeterminate)
    }

    @Test("hasContentRules tells whether content must be inspected")
    func contentRules() {
        let labelled = ConsentProvision(content: .init(securityLabels: [.confidentiality("N")]))
        #expect(CompiledConsents([Fixture.directive(.permit, labelled)]).hasContentRules)
        #expect(!CompiledConsents([Fixture.directive(.permit)]).hasContentRules)
    }

    @Test("an exception inside a rule that content has to meet cannot widen it beyond its own kind")
    func permissionInsideUnmetProhibition() {
        // Permit normal content; of restricted content forbid, except observations.
        let root = ConsentProvision(
            content: .init(securityLabels: [.confidentiality("N")]),
            provisions: [
                ConsentProvision(
                    type: .deny, content: .init(securityLabels: [.confidentiality("V")]),
                    provisions: [
                        ConsentProvision(
                            type: .permit, content: .init(classes: [.resourceType("Observation")]))
                    ])
            ])
        let verdict = Fixture.verdict([Fixture.directive(.permit, root)])
        let released = verdict.releases([
            Fixture.observation([.confidentiality("N")]),
            Fixture.observation([.confidentiality("R")]),
            Fixture.observation([.confidentiality("V")]),
        ])
        #expect(released == [true, false, false])
    }
}
