import CareConsent
import CareModel
import Testing

@Suite("Directives that take one another's place")
struct SupersessionTests {
    private func bound(_ offset: Int64) -> ConsentPeriod.Bound {
        .init(
            instant: Timestamp(milliseconds: Fixture.noon.milliseconds + offset),
            isLocalDate: false, text: "t")
    }

    private func issued(_ offset: Int64) -> ConsentPeriod {
        ConsentPeriod(start: bound(offset), end: bound(offset + 1))
    }

    @Test("the newer version of a directive counts")
    func newerVersion() {
        let old = Fixture.directive(.deny, revision: 1)
        let new = Fixture.directive(.permit, revision: 2)
        for order in [[old, new], [new, old]] {
            let verdict = Fixture.verdict(order)
            #expect(verdict.decision == .permit)
            #expect(verdict.skipped.map { $0.cause } == [.superseded])
        }
    }

    @Test("withdrawing the newer version does not bring the older one back")
    func withdrawn() {
        let old = Fixture.directive(.permit, revision: 1)
        let new = Fixture.directive(.permit, revision: 2, status: .inactive)
        #expect(Fixture.verdict([old, new]).decision == .noConsent)
    }

    @Test("a draft takes nobody's place; a version does also where it does not apply")
    func notYetInForce() {
        let old = Fixture.directive(.deny, revision: 1)
        let draft = Fixture.directive(.permit, revision: 2, status: .draft)
        #expect(Fixture.verdict([old, draft]).decision == .deny)
        let later = ConsentProvision(period: ConsentPeriod(start: bound(1_000), end: nil))
        let future = Fixture.directive(.permit, later, revision: 2)
        #expect(Fixture.verdict([old, future]).decision == .noConsent)
        let narrow = ConsentProvision(actors: [Fixture.other])
        let elsewhere = Fixture.directive(.permit, narrow, revision: 2)
        #expect(Fixture.verdict([old, elsewhere]).decision == .noConsent)
    }

    @Test("a shared identifier and a later date make a newer version")
    func sharedIdentifier() throws {
        let number = try #require(BusinessIdentifier(system: "urn:consents", value: "7"))
        var old = Fixture.directive(.deny, name: "a")
        var new = Fixture.directive(.permit, name: "b")
        (old.identifiers, new.identifiers) = ([number], [number])
        (old.issued, new.issued) = (issued(-1_000), issued(0))
        #expect(Fixture.verdict([old, new]).decision == .permit)
        new.status = .inactive
        #expect(Fixture.verdict([old, new]).decision == .deny)
        new.status = .active
        new.subject = .other("a consent to research")
        #expect(Fixture.verdict([old, new]).decision == .deny)
        new.subject = .privacy
        (old.issued, new.issued) = (issued(0), issued(0))
        #expect(Fixture.verdict([old, new]).decision == .indeterminate)
        new.rule = old.rule
        #expect(Fixture.verdict([old, new]).decision == .deny)
        new.rule = Fixture.directive(.permit).rule
        let bare = try #require(BusinessIdentifier(system: "", value: "7"))
        (old.identifiers, new.identifiers) = ([bare], [bare])
        (old.issued, new.issued) = (issued(-1_000), issued(0))
        #expect(Fixture.verdict([old, new]).decision == .deny)
    }

    @Test("a directive may name the one it replaces, but not in a circle")
    func explicitReplacement() {
        var old = Fixture.directive(.deny, name: "a")
        var new = Fixture.directive(.permit, name: "b")
        new.replaces = ["a"]
        #expect(Fixture.verdict([old, new]).decision == .permit)
        old.replaces = ["b"]
        #expect(Fixture.verdict([old, new]).decision == .deny)
    }
}
