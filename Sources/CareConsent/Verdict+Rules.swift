public import CareModel

extension Verdict {
    /// Is one line of an obligation, the way people and reports read it.
    public struct ContentRule: Hashable, Sendable {
        /// Whether the content may leave or must be taken out.
        public let effect: ConsentEffect
        /// Which content; empty for all.
        public let condition: ContentCondition
    }

    /// Is an obligation as a list of rules, the more particular ones later.
    public enum ObligationSummary: Hashable, Sendable {
        /// Take out what carries any of these labels.
        case redact(anyOf: [Coding])
        /// Follow these rules.
        case residual([ContentRule])
    }

    /// The obligations, one summary per directive that limits content of the classes asked for.
    public var obligationSummaries: [ObligationSummary] {
        obligations.compactMap { summary(of: $0.rule) }
    }

    private func summary(of root: ResidualRule) -> ObligationSummary? {
        var rules: [ContentRule] = []
        let isLimited = !root.condition.isEmpty || root.effect != .permit
        if isLimited { rules.append(ContentRule(effect: .deny, condition: .init())) }
        if let effect = root.effect, !root.condition.isEmpty {
            rules.append(ContentRule(effect: effect, condition: root.condition))
        }
        for exception in root.exceptions { Self.append(exception, within: .init(), to: &rules) }
        rules.removeAll { $0.condition.classes.isElsewhere(than: classes) }
        guard !rules.isEmpty else { return nil }
        let labels = rules.compactMap { $0.effect == .deny ? $0.condition.onlyLabels : nil }
        if labels.count == rules.count { return .redact(anyOf: labels.flatMap { $0 }) }
        return .residual(Self.merged(rules))
    }

    private static func append(
        _ rule: ResidualRule, within outer: ContentCondition, to rules: inout [ContentRule]
    ) {
        let condition = rule.condition.within(outer)
        if let effect = rule.effect {
            rules.append(ContentRule(effect: effect, condition: condition))
        }
        for exception in rule.exceptions { append(exception, within: condition, to: &rules) }
    }

    /// Joins neighbours that say the same of levels of confidentiality.
    private static func merged(_ rules: [ContentRule]) -> [ContentRule] {
        var merged: [ContentRule] = []
        for rule in rules {
            guard let last = merged.last, last.effect == rule.effect,
                let before = last.condition.onlyConfidentiality,
                let more = rule.condition.onlyConfidentiality
            else {
                merged.append(rule)
                continue
            }
            let labels = before + more.filter { !before.contains($0) }
            merged[merged.count - 1] = ContentRule(
                effect: rule.effect, condition: ContentCondition(securityLabels: labels))
        }
        return merged
    }
}

extension ContentCondition {
    fileprivate var onlyLabels: [Coding]? {
        guard !securityLabels.isEmpty, self == ContentCondition(securityLabels: securityLabels)
        else { return nil }
        return securityLabels
    }

    fileprivate var onlyConfidentiality: [Coding]? {
        guard let labels = onlyLabels,
            labels.allSatisfy({ $0.system == CodeSystem.confidentiality })
        else { return nil }
        return labels
    }

    /// The condition with what an enclosing rule asks for where it asks for nothing itself.
    fileprivate func within(_ outer: ContentCondition) -> ContentCondition {
        var condition = ContentCondition(
            securityLabels: securityLabels.isEmpty ? outer.securityLabels : securityLabels,
            classes: classes.isEmpty ? outer.classes : classes,
            codes: codes.isEmpty ? outer.codes : codes,
            data: data.isEmpty ? outer.data : data,
            dataPeriod: dataPeriod ?? outer.dataPeriod)
        condition.documentTypes = documentTypes.isEmpty ? outer.documentTypes : documentTypes
        condition.expression = expression ?? outer.expression
        return condition
    }
}
