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
    /// Whether to leave to the content what the classes asked for do not settle for good.
    ///
    /// Content of a class asked for may be of others too, which a rule can forbid.
    let isForRelease: Bool

    /// Reduces `rule`, whose context is known to fit, and its exceptions.
    ///
    /// An exception whose context does not fit has no effect.
    func reduceFitting(_ rule: CompiledRule, fit: ContextFacts.Fit) -> ReducedRule {
        let own = Verdict.Cause.rule(
            rule.effect, path: rule.path, met: fit.met, unresolved: [])
        if rule.isAboutAll, rule.exceptions.isEmpty { return .always(rule.effect, own) }
        switch coverage(rule.content.classes, for: rule.effect) {
        case .yes:
            var condition = rule.content
            condition.classes = []
            return combine(
                rule.exceptions, of: rule, effect: rule.effect, cause: own,
                condition: condition.isEmpty ? nil : condition)
        case .no:
            let kids = rule.exceptions.filter { $0.effect == rule.effect }
            return combine(kids, of: rule, effect: nil, cause: nil, condition: nil)
        case .unknown:
            return combine(
                rule.exceptions, of: rule, effect: rule.effect, cause: own,
                condition: rule.isAboutAll ? nil : rule.content)
        }
    }

    /// Whether all of the classes asked for are among `covered`, or clearly none.
    private func coverage(_ covered: [Coding], for effect: ConsentEffect) -> Match {
        let asked = facts.classes
        guard !covered.isEmpty, !asked.isEmpty else { return .unknown }
        if asked.allSatisfy({ covered.contains($0) }) {
            // The frame of a release is of no class asked for; only a permission includes it.
            return isForRelease && effect == .deny ? .unknown : .yes
        }
        return !isForRelease && covered.isElsewhere(than: asked) ? .no : .unknown
    }

    /// Whether a permission inside `exception` lifts that alone.
    ///
    /// A refusal inside a refusal that only may apply forbids nothing that is not forbidden, and must
    /// not permit anything either by way of its own exceptions.
    private func isConfined(_ exception: CompiledRule, in rule: CompiledRule) -> Bool {
        rule.effect == .deny && exception.effect == .deny
            && facts.openFit(exception).match == .unknown
    }

    /// Takes the votes of `exceptions` together; `condition` is nil for all content.
    private func combine(
        _ exceptions: [CompiledRule], of rule: CompiledRule, effect: ConsentEffect?,
        cause: Verdict.Cause?, condition: ContentCondition?
    ) -> ReducedRule {
        var effect = effect
        var cause = cause
        var residual: [ResidualRule] = []
        for exception in exceptions {
            let fit = facts.fit(exception)
            guard fit.match == .yes else { continue }
            let isConfined = isConfined(exception, in: rule)
            switch reduceFitting(exception, fit: fit) {
            case .always(nil, _):
                continue
            case .always(.permit, _) where isConfined:
                continue
            case .always(let vote?, let reason):
                guard condition == nil else {
                    residual.append(
                        ResidualRule(
                            stated: exception.effect, effect: vote, condition: .init(),
                            exceptions: [], path: exception.path))
                    continue
                }
                // A prohibition of everything wins over whatever the others say about content.
                if vote == .deny { return .always(.deny, reason) }
                effect = .permit
                cause = reason
            case .byContent(let rule):
                residual.append(isConfined ? rule.confined : rule)
            }
        }
        if condition == nil {
            // Exceptions that can only repeat the answer do not make it depend on content; but a
            // prohibition that repeats one still wins over an exception that would permit.
            switch effect {
            case .permit: residual.removeAll { $0.canOnlyRepeat(.permit) }
            case .deny where residual.allSatisfy({ $0.canOnlyRepeat(.deny) }): residual = []
            case .deny, nil: break
            }
            if residual.isEmpty { return .always(effect, cause) }
        }
        return .byContent(
            ResidualRule(
                stated: rule.effect, effect: effect, condition: condition ?? .init(),
                exceptions: residual, path: rule.path))
    }
}

extension [Coding] {
    /// Whether all these classes are clearly others than the ones `asked` for.
    ///
    /// A resource has classes of several systems, which exclude nothing of one another.
    func isElsewhere(than asked: [Coding]) -> Bool {
        guard !isEmpty, !asked.isEmpty else { return false }
        return asked.allSatisfy { asked in
            allSatisfy { $0 != asked && $0.system == asked.system && !$0.code.isEmpty }
        }
    }
}

extension ResidualRule {
    /// The same rule, whose permissions lift it alone.
    fileprivate var confined: ResidualRule {
        ResidualRule(
            stated: stated, effect: effect, condition: condition, exceptions: exceptions,
            path: path, isConfined: true)
    }

    /// Whether every vote of the rule is `effect` or none.
    fileprivate func canOnlyRepeat(_ effect: ConsentEffect) -> Bool {
        (self.effect == nil || self.effect == effect)
            && exceptions.allSatisfy { $0.canOnlyRepeat(effect) }
    }
}
