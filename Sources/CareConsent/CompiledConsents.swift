public import CareModel

/// Holds the directives of one patient, ready to answer many requests.
///
/// Make it once per consent epoch and keep it: an answer then takes microseconds.
public struct CompiledConsents: Sendable {
    private enum Body: Sendable {
        case rule(CompiledRule)
        case unreadable(String)
    }

    private struct Entry: Sendable {
        let directive: ConsentDirective
        let body: Body
        let successors: [Int]
    }

    private let entries: [Entry]
    private let isBeyondLimits: Bool
    /// Whether a verdict may carry obligations, so that content must be inspected before release.
    public let hasContentRules: Bool

    /// Compiles all directives of one patient, in any status.
    public init(_ directives: [ConsentDirective], limits: ConsentLimits = .init()) {
        isBeyondLimits = directives.count > limits.directiveCount
        let kept = isBeyondLimits ? [] : directives
        let successors = Supersession.successors(of: kept)
        entries = zip(kept, successors).map { directive, successors in
            Entry(
                directive: directive, body: Self.body(of: directive, limits: limits),
                successors: successors)
        }
        hasContentRules = entries.contains {
            guard case .rule(let rule) = $0.body else { return false }
            return rule.looksAtContent
        }
    }

    private static func body(of directive: ConsentDirective, limits: ConsentLimits) -> Body {
        if directive.status == .unknown { return .unreadable("its status is not known") }
        switch directive.rule {
        case .unreadable(let reason):
            return .unreadable(reason)
        case .stated(let base, let root):
            var budget = limits.nodeCount
            let rule = CompiledRule.compile(
                root, effect: base, depth: limits.depth, budget: &budget)
            return rule.map { .rule($0) } ?? .unreadable("its rules are too many or too deep")
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
        var ballot = Ballot()
        for entry in entries { vote(entry, facts: facts, ballot: &ballot) }
        return ballot.verdict(for: request, policy: policy)
    }

    private func vote(_ entry: Entry, facts: ContextFacts, ballot: inout Ballot) {
        let directive = entry.directive
        let time = facts.request.time
        guard directive.status == .active || directive.status == .unknown else {
            return ballot.skip(directive, .status(directive.status))
        }
        let categories = facts.request.categories
        if !categories.isEmpty, !categories.contains(where: { directive.categories.contains($0) }) {
            return ballot.skip(directive, .category)
        }
        if entry.successors.contains(where: { entries[$0].directive.isInForce(at: time) }) {
            return ballot.skip(directive, .superseded)
        }
        switch entry.body {
        case .unreadable(let reason): ballot.doubt(directive, .unreadable(reason))
        case .rule(let rule): vote(rule, of: directive, facts: facts, ballot: &ballot)
        }
    }

    private func vote(
        _ rule: CompiledRule, of directive: ConsentDirective, facts: ContextFacts,
        ballot: inout Ballot
    ) {
        let fit = facts.fit(rule.provision, effect: rule.effect)
        let path = rule.provision.path
        guard fit.match.counts(for: rule.effect) else {
            // Skipping the directive must not lose a prohibition it might contain.
            if fit.match == .unknown, rule.forbids {
                return ballot.doubt(directive, .cannotTell(fit.unresolved, path: path))
            }
            let reason = fit.notMet.isEmpty ? fit.unresolved : fit.notMet
            return ballot.skip(directive, .conditionsNotMet(reason, path: path))
        }
        switch RuleReduction(facts: facts).reduceFitting(rule, fit: fit) {
        case .always(.permit, let cause): ballot.permit(directive, cause, nil)
        case .always(.deny, let cause): ballot.deny(directive, cause ?? .nothingCovered(path: path))
        case .always(nil, _): ballot.deny(directive, .nothingCovered(path: path))
        case .byContent(let residual):
            guard residual.canPermit else {
                return ballot.deny(directive, .nothingCovered(path: path))
            }
            let cause = Verdict.Cause.rule(
                .permit, path: path, met: fit.met, unresolved: fit.unresolved)
            ballot.permit(directive, cause, residual)
        }
    }
}
