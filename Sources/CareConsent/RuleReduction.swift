internal import CareModel

/// Is what a rule comes to for one request: an answer, or a rule about content.
enum ReducedRule {
    /// The same effect on all content; nil where the rule does not apply.
    case always(ConsentEffect?, Verdict.Cause?)
    /// Content decides.
    case byContent(ResidualRule)
}

/// Takes the context out of a rule tree: what is left depends on content alone.
struct RuleReduction {
    let facts: ContextFacts

    /// Reduces `rule` and its exceptions; a rule whose context does not fit has no effect.
    func reduce(_ rule: CompiledRule) -> ReducedRule {
        let fit = facts.fit(rule.provision, effect: rule.effect)
        guard fit.match.counts(for: rule.effect) else { return .always(nil, nil) }
        return reduceFitting(rule, fit: fit)
    }

    /// Reduces `rule`, whose context is known to fit.
    func reduceFitting(_ rule: CompiledRule, fit: ContextFacts.Fit) -> ReducedRule {
        let path = rule.provision.path
        let own = Verdict.Cause.rule(
            rule.effect, path: path, met: fit.met, unresolved: fit.unresolved)
        var condition = rule.provision.content
        switch classes(condition.classes) {
        case .yes:
            condition.classes = []
        case .no:
            let kids = rule.exceptions.filter { $0.effect == rule.effect }
            return combine(
                kids, of: rule.effect, effect: nil, cause: nil, condition: .init(), path: path)
        case .unknown:
            break
        }
        return combine(
            rule.exceptions, of: rule.effect, effect: rule.effect, cause: own,
            condition: condition, path: path)
    }

    /// Whether all, none or some of the classes asked for are among `classes`.
    private func classes(_ classes: [Coding]) -> Match {
        guard !classes.isEmpty, !facts.request.classes.isEmpty else { return .unknown }
        let covered = facts.request.classes.filter { classes.contains($0) }
        if covered.count == facts.request.classes.count { return .yes }
        return covered.isEmpty ? .no : .unknown
    }

    private func combine(
        _ exceptions: [CompiledRule], of stated: ConsentEffect, effect: ConsentEffect?,
        cause: Verdict.Cause?, condition: ContentCondition, path: String
    ) -> ReducedRule {
        var effect = effect
        var cause = cause
        var residual: [ResidualRule] = []
        for exception in exceptions {
            switch reduce(exception) {
            case .always(nil, _):
                continue
            case .always(let vote?, let reason):
                guard condition.isEmpty else {
                    residual.append(
                        ResidualRule(
                            stated: exception.effect, effect: vote, condition: .init(),
                            exceptions: [], path: exception.provision.path))
                    continue
                }
                // A prohibition of everything wins over whatever the others say about content.
                if vote == .deny { return .always(.deny, reason) }
                effect = .permit
                cause = reason
            case .byContent(let rule):
                residual.append(rule)
            }
        }
        if condition.isEmpty {
            // Exceptions that can only repeat the answer do not make it depend on content.
            if let effect { residual.removeAll { $0.canOnlyRepeat(effect) } }
            if residual.isEmpty { return .always(effect, cause) }
        }
        return .byContent(
            ResidualRule(
                stated: stated, effect: effect, condition: condition, exceptions: residual,
                path: path))
    }
}

extension ResidualRule {
    /// Whether every vote of the rule is `effect` or none.
    fileprivate func canOnlyRepeat(_ effect: ConsentEffect) -> Bool {
        (self.effect == nil || self.effect == effect)
            && exceptions.allSatisfy { $0.canOnlyRepeat(effect) }
    }

    /// Whether some content might be permitted; conditions are taken to be independent.
    var canPermit: Bool {
        if Self.canPermit(exceptions, orElse: effect == .permit) { return true }
        guard !condition.isEmpty else { return false }
        return Self.canPermit(exceptions.filter { $0.stated == stated }, orElse: false)
    }

    private static func canPermit(_ exceptions: [ResidualRule], orElse: Bool) -> Bool {
        !exceptions.contains { $0.deniesEverything }
            && (orElse || exceptions.contains { $0.canPermit })
    }

    private var deniesEverything: Bool {
        condition.isEmpty && effect == .deny && !exceptions.contains { $0.canPermit }
    }
}
