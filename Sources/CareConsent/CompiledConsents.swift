public import CareModel

/// Holds the directives of one patient, ready to answer many requests.
///
/// Make it once per consent epoch and keep it: an answer then takes microseconds.
public struct CompiledConsents: Sendable {
    let directives: [CompiledDirective]
    private let isBeyondLimits: Bool
    /// Whether a verdict may carry obligations, so that content must be inspected before release.
    public let hasContentRules: Bool

    /// Compiles all directives of one patient, in any status.
    public init(_ directives: [ConsentDirective], limits: ConsentLimits = .init()) {
        isBeyondLimits = directives.count > limits.directiveCount
        let kept = isBeyondLimits ? [] : directives
        let successors = Supersession.successors(of: kept)
        self.directives = zip(kept, successors).map { directive, successors in
            CompiledDirective(directive, successors: successors, limits: limits)
        }
        hasContentRules = self.directives.contains {
            guard case .rule(let rule) = $0.body else { return false }
            return rule.looksAtContent
        }
    }

    /// Decides `request`.
    ///
    /// A prohibition in any directive that applies decides. Then one that cannot be understood,
    /// then permissions; where no directive applies, `policy` does. Where something cannot be told,
    /// the answer is what comes of it in every way it can turn out; if that is not one answer,
    /// nothing is permitted.
    public func verdict(for request: ConsentRequest, policy: ImplicitPolicy) -> Verdict {
        guard !isBeyondLimits else {
            let cause = Verdict.Cause.unreadable("there are more of them than the limit allows")
            return Verdict(
                decision: .indeterminate, outcome: .hold,
                basis: [.init(directive: "(all)", version: "-", cause: cause)])
        }
        let poll = Poll(directives: directives, request: request, policy: policy)
        let facts = ContextFacts(request)
        let verdict = poll.verdict(facts, of: directives.indices)
        // Nearly every question is certain: it takes one turn.
        guard !facts.assumptions.isEmpty else { return verdict }
        return DoubtfulPoll(poll: poll, facts: facts, first: verdict).verdict()
    }
}

/// Asks the directives of one patient one question, in one of the ways its doubts can turn out.
struct Poll {
    let directives: [CompiledDirective]
    let request: ConsentRequest
    let policy: ImplicitPolicy

    /// What the directives at `places` say.
    func verdict(_ facts: ContextFacts, of places: Range<Int>) -> Verdict {
        var ballot = Ballot(directiveCount: places.count)
        for place in places {
            facts.directive = place
            vote(directives[place], facts: facts, ballot: &ballot)
        }
        return ballot.verdict(for: request, policy: policy)
    }

    private func vote(
        _ directive: CompiledDirective, facts: ContextFacts, ballot: inout Ballot
    ) {
        if let cause = exclusion(of: directive, facts: facts) {
            return ballot.skip(directive, cause)
        }
        switch directive.body {
        case .unreadable(let reason): ballot.doubt(directive, .unreadable(reason))
        case .rule(let rule): vote(rule, of: directive, facts: facts, ballot: &ballot)
        }
    }

    /// Why the directive as a whole has no say; nil if it has.
    private func exclusion(of directive: CompiledDirective, facts: ContextFacts) -> Verdict.Cause? {
        guard directive.isOpen else { return .status(directive.status) }
        guard directive.isOfCategory(facts.categories) else { return .category }
        if isSuperseded(directive, at: facts.time) { return .superseded }
        switch directive.subject {
        case .privacy: break
        case .other(let what): return .otherSubject(what)
        case .unclear(let why):
            guard facts.assume(.scope(facts.directive), .scope, path: "scope") else {
                return .otherSubject(why)
            }
        }
        if !directive.isVerified,
            !facts.assume(.verification(facts.directive), .verification, path: "verification")
        {
            return .otherSubject("a consent that was not verified with the patient")
        }
        return nil
    }

    private func isSuperseded(_ directive: CompiledDirective, at time: Timestamp) -> Bool {
        directive.successors.contains { place in
            directives[place].startOfForce.map { $0 <= time } == true
        }
    }

    /// Whether the directive at `place` forbids by its root rule, without doubt about that rule.
    ///
    /// What it forbids stays forbidden until an exception is certain.
    func certainlyForbids(_ place: Int, facts: ContextFacts) -> ContextFacts.Fit? {
        let directive = directives[place]
        guard directive.isOpen, directive.subject == .privacy, directive.isVerified,
            directive.isOfCategory(facts.categories), !isSuperseded(directive, at: facts.time),
            case .rule(let rule) = directive.body, rule.effect == .deny
        else { return nil }
        let fit = facts.openFit(rule)
        return fit.match == .yes ? fit : nil
    }

    private func vote(
        _ rule: CompiledRule, of directive: CompiledDirective, facts: ContextFacts,
        ballot: inout Ballot
    ) {
        let fit = facts.fit(rule)
        let path = rule.path
        guard fit.match == .yes else {
            return ballot.skip(directive, .conditionsNotMet(fit.notMet, path: path))
        }
        let reduced = RuleReduction(facts: facts, isForRelease: false)
            .reduceFitting(rule, fit: fit)
        let cause: Verdict.Cause?
        switch reduced {
        case .always(.permit, let reason):
            cause = reason
        case .always(.deny, let reason):
            return ballot.deny(directive, reason ?? .nothingCovered(path: path))
        case .byContent(let residual) where residual.canPermit:
            cause = .rule(.permit, path: path, met: fit.met, unresolved: [])
        case .always(nil, _), .byContent:
            return ballot.deny(directive, .nothingCovered(path: path))
        }
        let onContent =
            facts.classes.isEmpty || !rule.looksAtClasses
            ? reduced
            : RuleReduction(facts: facts, isForRelease: true).reduceFitting(rule, fit: fit)
        switch onContent {
        case .always(.permit, _): ballot.permit(directive, cause, nil)
        case .always: ballot.deny(directive, .nothingCovered(path: path))
        case .byContent(let residual): ballot.permit(directive, cause, residual)
        }
    }
}
