import CareModel
import Testing

@Suite("A verdict says what would change it")
struct RemedyTests {
    private func basis(_ cause: Verdict.Cause) -> Verdict.Basis {
        Verdict.Basis(directive: "d1", version: "2", cause: cause)
    }

    private func refusal(_ cause: Verdict.Cause) -> [String] {
        Verdict(decision: .deny, outcome: .deny, basis: [basis(cause)]).remedies
    }

    private func silence(_ causes: [Verdict.Cause], _ policy: ImplicitPolicy? = nil) -> [String] {
        Verdict(
            decision: .noConsent, outcome: .deny, skipped: causes.map(basis),
            implicitPolicy: policy
        ).remedies
    }

    private static let recordOne =
        "If the patient agrees to this, record that with `careloop consent put`."

    @Test("what is permitted needs nothing")
    func permitted() {
        let rule = Verdict.Cause.rule(.permit, path: "p", met: [], unresolved: [])
        let skipped = [basis(.status(.draft))]
        let permit = Verdict(
            decision: .permit, outcome: .permit, basis: [basis(rule)], skipped: skipped)
        #expect(permit.remedies.isEmpty)
        let implicit = Verdict(
            decision: .noConsent, outcome: .permit, skipped: skipped,
            implicitPolicy: .basicNormal)
        #expect(implicit.remedies.isEmpty)
    }

    @Test("a limit on content is named with its directive and place")
    func limited() {
        let rule = ResidualRule(
            stated: .permit, effect: .permit, condition: ContentCondition(), exceptions: [],
            path: "provision")
        let verdict = Verdict(
            decision: .permit, outcome: .permit,
            obligations: [Verdict.Obligation(directive: "d1", version: "2", rule: rule)])
        #expect(
            verdict.remedies == [
                "Directive d1 version 2 lets only part of a document go (see provision). If the "
                    + "patient wants more to be sent, have a version recorded that permits it."
            ])
    }

    @Test("a prohibition is the patient's to change")
    func forbidden() {
        #expect(
            refusal(.rule(.deny, path: "provision", met: [.actor], unresolved: [])) == [
                "Directive d1 version 2 forbids this (see provision). Only the patient can change "
                    + "that. If they have changed their mind, have a new version recorded by those "
                    + "who recorded it."
            ])
        #expect(
            refusal(.nothingCovered(path: "p")) == [
                "Directive d1 version 2 permits nothing of this (see p). If the patient agrees to "
                    + "more, have a version recorded that permits it."
            ])
    }

    @Test("what could not be compared is to be said so that it can be")
    func unresolved() {
        let named = "names the recipient as `careloop directory` does"
        #expect(
            refusal(.rule(.deny, path: "p", met: [], unresolved: [.actor])) == [
                "What Directive d1 version 2 says of this cannot be told: the recipient (see p) "
                    + "cannot be compared. Have a version recorded that \(named)."
            ])
        let doubt = Verdict(
            decision: .indeterminate, outcome: .hold,
            basis: [basis(.cannotTell([.actor, .purpose], path: "p"))])
        #expect(
            doubt.remedies == [
                "What Directive d1 version 2 says of this cannot be told: the recipient and "
                    + "purpose (see p) cannot be compared. Have a version recorded that \(named) and takes its "
                    + "purpose from HL7 v3-ActReason."
            ])
    }

    @Test("what cannot be understood holds everything until somebody looks")
    func unreadable() {
        let verdict = Verdict(
            decision: .indeterminate, outcome: .hold, basis: [basis(.unreadable("it is odd"))])
        #expect(
            verdict.remedies == [
                "Directive d1 version 2 cannot be understood: it is odd. Nothing goes until it can "
                    + "be. Have it recorded again, or withdrawn if the patient no longer wants it."
            ])
    }

    @Test("directives that permit stand in nobody's way")
    func others() {
        let permits = Verdict.Cause.rule(.permit, path: "q", met: [], unresolved: [])
        let denies = Verdict.Cause.rule(.deny, path: "p", met: [], unresolved: [])
        let verdict = Verdict(
            decision: .deny, outcome: .deny, basis: [basis(permits), basis(denies)],
            skipped: [basis(.category)])
        #expect(verdict.remedies.count == 1)
        #expect(verdict.remedies.first?.contains("(see p)") == true)
    }

    @Test("where nobody has said anything, somebody can")
    func silent() {
        #expect(silence([]) == [Self.recordOne])
        #expect(
            silence([], .breakGlassOnly) == [
                Self.recordOne,
                "Where patients have said nothing, this broker goes by its policy "
                    + "break-glass-only. Only its operator can change that.",
            ])
    }

    @Test("each condition that failed is named with what would meet it")
    func conditions() {
        let expected: [(Verdict.Conditions, String, String)] = [
            (.period, "time", "holds now"), (.actor, "recipient", "names this recipient"),
            (.purpose, "purpose", "names this purpose"), (.action, "action", "names this action"),
            (
                [.purpose, .actor], "recipient and purpose",
                "names this recipient and names this purpose"
            ),
        ]
        for (conditions, words, mended) in expected {
            #expect(
                silence([.conditionsNotMet(conditions, path: "provision")]) == [
                    Self.recordOne,
                    "Directive d1 version 2 is for another \(words) and does not count here. If "
                        + "the patient wants it to permit this, have a version recorded that "
                        + "\(mended).",
                ])
        }
    }

    @Test("a directive that is not in force says so; one that was replaced says nothing")
    func standing() {
        #expect(
            silence([.status(.draft), .superseded]) == [
                Self.recordOne,
                "Directive d1 version 2 is not in force: it is a draft. Once the patient has "
                    + "agreed, have it recorded as active.",
            ])
        #expect(silence([.status(.proposed)])[1].contains("it is a proposal."))
        #expect(
            silence([.status(.inactive)])[1]
                == "Directive d1 version 2 is not in force: its status is inactive. If the patient "
                + "agrees again, have a version recorded that is active.")
        #expect(silence([.category])[1].contains("by its category"))
    }

    @Test("every remedy is whole sentences")
    func sentences() {
        let causes: [Verdict.Cause] = [
            .rule(.deny, path: "p", met: [], unresolved: []), .nothingCovered(path: "p"),
            .rule(.deny, path: "p", met: [], unresolved: [.period, .actor, .purpose, .action]),
            .conditionsNotMet([.period], path: "p"), .cannotTell([.period], path: "p"),
            .category, .unreadable("a reason"), .status(.rejected), .status(.enteredInError),
        ]
        for text in causes.flatMap(refusal) + silence(causes, .deny) {
            #expect(text.first?.isUppercase == true && text.hasSuffix("."), "\(text)")
            #expect(!text.contains("  ") && !text.contains(" ."), "\(text)")
        }
    }
}
