import CareModel
import Testing

@Suite("A verdict gives its reasons in a form that programs can show")
struct ReasonTests {
    private func basis(_ cause: Verdict.Cause) -> Verdict.Basis {
        Verdict.Basis(directive: "d1", version: "2", cause: cause)
    }

    private func reason(_ cause: Verdict.Cause) throws -> Verdict.Reason {
        let verdict = Verdict(decision: .deny, outcome: .deny, basis: [basis(cause)])
        let reason = try #require(verdict.reasons.first)
        #expect(verdict.reasons.count == 1)
        #expect(reason.directive == "d1")
        #expect(reason.version == "2")
        #expect(reason.text == basis(cause).explanation)
        return reason
    }

    @Test("a rule says what it did, where, and on which conditions")
    func rule() throws {
        let permit = try reason(
            .rule(.permit, path: "provision", met: [.actor, .purpose], unresolved: []))
        #expect(permit.applies)
        #expect(permit.effect == .permit)
        #expect(permit.kind == .rule)
        #expect(permit.path == "provision")
        #expect(permit.met == [.actor, .purpose])
        #expect(permit.failed == [] && permit.unresolved == [])
        let deny = try reason(.rule(.deny, path: "p", met: [], unresolved: [.actor]))
        #expect(deny.effect == .deny)
        #expect(deny.unresolved == [.actor])
    }

    @Test("what covers nothing of the request refuses it")
    func nothingCovered() throws {
        let reason = try reason(.nothingCovered(path: "p"))
        #expect(reason.applies && reason.effect == .deny)
        #expect(reason.kind == .nothingCovered && reason.path == "p")
    }

    @Test("what does not apply has no effect, and says which condition failed")
    func conditions() throws {
        let failed = try reason(.conditionsNotMet([.purpose], path: "p"))
        #expect(!failed.applies && failed.effect == nil)
        #expect(failed.kind == .conditions && failed.failed == [.purpose] && failed.path == "p")
        let unclear = try reason(.cannotTell([.action], path: "p"))
        #expect(!unclear.applies && unclear.effect == nil)
        #expect(unclear.kind == .cannotTell && unclear.unresolved == [.action])
        #expect(unclear.failed == [])
    }

    @Test("what concerns the whole directive has no place in it")
    func whole() throws {
        let expected: [(Verdict.Cause, Verdict.Reason.Kind)] = [
            (.status(.inactive), .status), (.category, .category), (.superseded, .superseded),
            (.unreadable("cycle"), .unreadable),
        ]
        for (cause, kind) in expected {
            let reason = try reason(cause)
            #expect(reason.kind == kind && reason.path == nil)
            #expect(!reason.applies && reason.effect == nil)
        }
    }

    @Test("those that decided come first, then those that do not apply, each in its order")
    func order() {
        let decided = [
            Verdict.Basis(directive: "b", version: "1", cause: .nothingCovered(path: "p")),
            Verdict.Basis(directive: "a", version: "1", cause: .nothingCovered(path: "p")),
        ]
        let skipped = [Verdict.Basis(directive: "0", version: "1", cause: .category)]
        let verdict = Verdict(decision: .deny, outcome: .deny, basis: decided, skipped: skipped)
        #expect(verdict.reasons.map(\.directive) == ["b", "a", "0"])
    }

    @Test("conditions are named in one order, however they were gathered")
    func words() {
        let all: Verdict.Conditions = [.action, .purpose, .actor, .period]
        #expect(all.words == ["time", "recipient", "purpose", "action"])
        #expect(Verdict.Conditions().words.isEmpty)
        #expect(Verdict.Conditions.purpose.words == ["purpose"])
    }
}
