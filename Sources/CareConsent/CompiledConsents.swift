public import CareModel

/// Holds the directives of one patient, ready to answer many requests.
///
/// Make it once per consent epoch and keep it: an answer then takes microseconds.
public struct CompiledConsents: Sendable {
    private let directives: [CompiledDirective]
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
    /// then permissions; where no directive applies, `policy` does.
    public func verdict(for request: ConsentRequest, policy: ImplicitPolicy) -> Verdict {
        guard !isBeyondLimits else {
            let cause = Verdict.Cause.unreadable("there are more of them than the limit allows")
            return Verdict(
                decision: .indeterminate, outcome: .hold,
                basis: [.init(directive: "(all)", version: "-", cause: cause)])
        }
        let facts = ContextFacts(request)
        var ballot = Ballot(directiveCount: directives.count)
        for directive in directives { vote(directive, facts: facts, ballot: &ballot) }
        return ballot.verdict(for: request, policy: policy)
    }

    private func vote(
        _ directive: CompiledDirective, facts: ContextFacts, ballot: inout Ballot
    ) {
        let time = facts.time
        guard directive.status == .active || directive.status == .unknown else {
            return ballot.skip(directive, .status(directive.status))
        }
        guard directive.isOfCategory(facts.categories) else {
            return ballot.skip(directive, .category)
        }
        let isSuperseded = directive.successors.contains { place in
            directives[place].startOfForce.map { $0 <= time } == true
        }
        if isSuperseded { return ballot.skip(directive, .superseded) }
        switch directive.body {
        case .unreadable(let reason): ballot.doubt(directive, .unreadable(reason))
        case .rule(let rule): vote(rule, of: directive, facts: facts, ballot: &ballot)
        }
    }

    private func vote(
        _ rule: CompiledRule, of directive: CompiledDirective, facts: ContextFacts,
        ballot: inout Ballot
    ) {
        let fit = facts.fit(rule)
        let path = rule.path
        guard fit.match.counts(for: rule.effect) else {
            // Skipping the directive must not lose a prohibition it might contain.
            if fit.match == .unknown, rule.forbids {
                return ballot.doubt(directive, .cannotTell(fit.unresolved, path: path))
            }
            let reason = fit.notMet.isEmpty ? fit.unresolved : fit.notMet
            return ballot.skip(directive, .conditionsNotMet(reason, path: path))
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
            cause = .rule(.permit, path: path, met: fit.met, unresolved: fit.unresolved)
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
