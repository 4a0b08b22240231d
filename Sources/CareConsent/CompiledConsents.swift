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
        let rivals = Supersession.rivals(of: kept)
        self.directives = zip(kept, rivals).map { directive, rivals in
            CompiledDirective(directive, rivals: rivals, limits: limits)
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
    /// the answer is what comes of it in every way it can turn out; if that is not one answer, it is
    /// indeterminate.
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
        if let cause = irrelevance(of: directive, at: facts.directive, facts) { return cause }
        return isSuperseded(facts.directive, facts) ? .superseded : nil
    }

    /// Why the directive at `place` does not count, whatever its status; nil if it does.
    private func irrelevance(
        of directive: CompiledDirective, at place: Int, _ facts: ContextFacts
    ) -> Verdict.Cause? {
        guard directive.isOfCategory(facts.categories) else { return .category }
        switch directive.subject {
        case .privacy: break
        case .other(let what): return .otherSubject(what)
        case .unclear(let why):
            guard facts.assume(.scope(place), .scope, path: "scope", of: place) else {
                return .otherSubject(why)
            }
        }
        let isVerified =
            directive.isVerified
            || facts.assume(
                .verification(place), .verification, path: "verification", of: place)
        return isVerified
            ? nil : .otherSubject("a consent that was not verified with the patient")
    }

    /// Whether a newer directive has taken the place of the one at `place`.
    ///
    /// Whether the newer one applies to the request does not matter: a patient who narrows a consent
    /// has replaced the old one.
    private func isSuperseded(_ place: Int, _ facts: ContextFacts) -> Bool {
        directives[place].rivals.contains { rival in
            facts.note(effort: 1)
            let other = directives[rival.place]
            guard other.isInForce(for: rival.claim) else { return false }
            if rival.claim == .version { return true }
            guard irrelevance(of: other, at: rival.place, facts) == nil else { return false }
            return rival.claim != .unclear || isNewer(rival.place, than: place, facts)
        }
    }

    /// Whether the directive at `place` is newer than the one at `other`, where dates do not tell.
    private func isNewer(_ place: Int, than other: Int, _ facts: ContextFacts) -> Bool {
        if leads(from: other, to: place, facts) { return true }
        if leads(from: place, to: other, facts) { return false }
        let first = min(place, other)
        let isFirst = facts.assume(
            .newer(first, max(place, other)), .period, path: "dateTime", of: other)
        return isFirst == (place == first)
    }

    /// Whether the directive at `newer` is known to be newer than the one at `older`: the order of
    /// one chain runs in no circle.
    private func leads(from older: Int, to newer: Int, _ facts: ContextFacts) -> Bool {
        var next: [Int: [Int]] = [:]
        for (doubt, answer) in facts.assumptions.answered {
            guard case .newer(let first, let second) = doubt.subject else { continue }
            next[answer ? second : first, default: []].append(answer ? first : second)
        }
        var seen: Set<Int> = [older]
        var open = [older]
        while let place = open.popLast() {
            let certain = directives[place].rivals.lazy.filter { $0.claim == .later }.map(\.place)
            for step in (next[place] ?? []) + certain where seen.insert(step).inserted {
                facts.note(effort: 1)
                if step == newer { return true }
                open.append(step)
            }
        }
        return false
    }

    private func canPermit(_ rule: ResidualRule, _ facts: ContextFacts) -> Bool {
        let (answer, effort) = ImaginedContent.exists(permittedBy: rule, of: facts.classes)
        facts.note(effort: effort)
        return answer
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
        case .byContent(let residual) where canPermit(residual, facts):
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
