import CareModel
import Testing

@Suite("A verdict says what decided, in words")
struct VerdictTests {
    private func basis(_ cause: Verdict.Cause) -> Verdict.Basis {
        Verdict.Basis(directive: "d1", version: "2", cause: cause)
    }

    private func obligation() -> Verdict.Obligation {
        let rule = ResidualRule(
            stated: .permit, effect: .permit, condition: ContentCondition(), exceptions: [],
            path: "provision")
        return Verdict.Obligation(directive: "d1", version: "2", rule: rule)
    }

    @Test("a permit names its directive, its rule and what fitted")
    func permit() {
        let cause = Verdict.Cause.rule(
            .permit, path: "provision", met: [.actor, .purpose], unresolved: [])
        let verdict = Verdict(decision: .permit, outcome: .permit, basis: [basis(cause)])
        #expect(
            verdict.explanation
                == "Permitted by the patient's directives. Directive d1 version 2 permits at "
                + "provision, because the recipient and purpose fit.")
    }

    @Test("a permit with obligations says that content is left out")
    func limitedPermit() {
        let verdict = Verdict(
            decision: .permit, outcome: .permit, obligations: [obligation()])
        #expect(
            verdict.explanation
                == "Permitted by the patient's directives, with content left out.")
    }

    @Test("what could not be compared is named as the reason of a refusal")
    func unresolved() {
        let cause = Verdict.Cause.rule(.deny, path: "p", met: [.period], unresolved: [.actor])
        #expect(
            basis(cause).explanation
                == "Directive d1 version 2 refuses at p, because the time fits and no exception "
                + "is certain, as the recipient cannot be compared.")
    }

    @Test("every other cause has its own words")
    func causes() {
        let expected: [(Verdict.Cause, String)] = [
            (.nothingCovered(path: "p"), "refuses: nothing of what was asked for is covered at p"),
            (.conditionsNotMet([.purpose], path: "p"), "does not apply: p is for another purpose"),
            (
                .cannotTell([.actor, .action], path: "p"),
                "cannot be applied: the recipient and action at p cannot be compared"
            ),
            (.status(.notDone), "does not apply: its status is not-done"),
            (.category, "does not apply: it is of another category"),
            (.superseded, "does not apply: a newer directive has taken its place"),
            (.unreadable("cycle"), "cannot be understood: cycle"),
        ]
        for (cause, text) in expected {
            #expect(basis(cause).explanation == "Directive d1 version 2 \(text).")
        }
    }

    @Test("directives that do not apply are named only where none decided")
    func skipped() {
        let skipped = [basis(.superseded)]
        let none = Verdict(
            decision: .noConsent, outcome: .deny, skipped: skipped, implicitPolicy: .deny)
        let denied = Verdict(
            decision: .deny, outcome: .deny,
            basis: [basis(.rule(.deny, path: "p", met: [], unresolved: []))], skipped: skipped)
        let held = Verdict(decision: .indeterminate, outcome: .hold, skipped: skipped)
        #expect(none.explanation.contains("a newer directive"))
        #expect(held.explanation.contains("a newer directive"))
        #expect(!denied.explanation.contains("a newer directive"))
        #expect(held.explanation.hasPrefix("Held: "))
    }

    @Test("an implicit policy is named with what it does", arguments: ImplicitPolicy.allCases)
    func implicit(policy: ImplicitPolicy) {
        for (outcome, word) in [(Verdict.Outcome.permit, "permits"), (.deny, "refuses")] {
            let verdict = Verdict(
                decision: .noConsent, outcome: outcome, implicitPolicy: policy)
            #expect(
                verdict.explanation
                    == "No directive speaks about this; "
                    + "the implicit policy \(policy.rawValue) \(word) it.")
        }
    }
}

@Suite("Consent names are read in all their spellings")
struct ConsentNameTests {
    @Test(
        "an implicit policy is read by its short name and by its URI",
        arguments: ImplicitPolicy.allCases)
    func policies(policy: ImplicitPolicy) {
        #expect(ImplicitPolicy(named: policy.rawValue) == policy)
        #expect(ImplicitPolicy(named: policy.uri) == policy)
    }

    @Test(
        "no other policy is read",
        arguments: ["", "permit", "https://profiles.ihe.net/ITI/PCF/Policy-", "Deny"])
    func unknownPolicies(name: String) { #expect(ImplicitPolicy(named: name) == nil) }

    @Test("old names of code systems lead to the usual one, and unknown ones to themselves")
    func codeSystems() {
        let expected = [
            ("http://hl7.org/fhir/v3/ActReason", CodeSystem.purpose),
            ("urn:oid:2.16.840.1.113883.5.8", CodeSystem.purpose),
            ("urn:oid:2.16.840.1.113883.5.25", CodeSystem.confidentiality),
            ("http://hl7.org/fhir/v3/ActCode", CodeSystem.actCode),
            ("http://hl7.org/fhir/consentaction", CodeSystem.action),
            ("http://hl7.org/fhir/fhir-types", CodeSystem.resourceTypes),
        ]
        for (old, usual) in expected {
            #expect(CodeSystem.canonical(old) == usual)
            #expect(CodeSystem.canonical(usual) == usual)
        }
        #expect(CodeSystem.canonical("urn:example") == "urn:example")
        #expect(CodeSystem.canonical("") == "")
    }

    @Test("coordination of care and break-glass are different purposes")
    func purposes() {
        #expect(Coding.coordinationOfCare == .purpose("COC"))
        #expect(Coding.breakGlass == .purpose("BTG"))
        #expect(Coding.coordinationOfCare.system == CodeSystem.purpose)
    }

    @Test("an organisation of the broker is named by the broker's own system")
    func organisation() {
        let actor = ConsentActor.organisation(OrganisationID(unchecked: "clinic"))
        #expect(actor.identifiers.map(\.value) == ["clinic"])
        #expect(actor.identifiers.map(\.system) == [ConsentActor.organisationSystem])
        #expect(actor.isResolved)
        #expect(actor.reference == nil)
    }

    @Test("a resource without a class is of its type's")
    func classes() {
        #expect(ContentResource(type: "Encounter").classes == [.resourceType("Encounter")])
        let other = Coding.resourceType("Bundle")
        #expect(ContentResource(type: "Encounter", classes: [other]).classes == [other])
    }
}
