internal import CareModel

/// Says beforehand how many comparisons a release may take.
///
/// Directives and documents come from outside, and each pair of a rule and a resource costs; what
/// would take longer than anything that care needs is not begun.
struct ReleaseCost {
    /// How many comparisons one release may take: a good second's work at the most.
    static let limit = 5_000_000

    /// How many conditions of each sort the rules have.
    private var rules = 0
    private var labels = 0
    private var codes = 0
    private var pointers = 0
    private(set) var targets: Set<String> = []

    init(_ obligations: [Verdict.Obligation], classes: [Coding]) {
        codes = classes.count
        for obligation in obligations { add(obligation.rule) }
    }

    private mutating func add(_ rule: ResidualRule) {
        rules += 1
        labels += rule.condition.securityLabels.count
        codes +=
            rule.condition.classes.count + rule.condition.documentTypes.count
            + rule.condition.codes.count
        pointers += rule.condition.data.count
        for data in rule.condition.data {
            if let name = data.target.reference { targets.insert(name) }
        }
        for exception in rule.exceptions { add(exception) }
    }

    /// What asking all rules about all of `content` costs; nil if that is beyond the limit.
    func effort(for content: [ContentResource]) -> Int? {
        var cost = 0
        for resource in content {
            let coded = Self.weight(
                [resource.securityLabels, resource.classes, resource.codes].joined().lazy
                    .map { $0.code })
            let names = Self.weight(
                [resource.references, resource.authors, resource.related].joined())
            // What is in a resource is looked through once even if no rule asks for it.
            for (count, weight) in [
                (rules, 1), (max(labels + codes, 1), coded), (max(pointers, 1), names),
            ] {
                let (product, isTooMuch) = count.multipliedReportingOverflow(by: weight)
                guard !isTooMuch, product <= Self.limit else { return nil }
                cost += product
            }
            guard cost <= Self.limit else { return nil }
        }
        return cost
    }

    /// Texts are compared as a whole, so long ones count for several.
    static func weight(_ texts: some Sequence<String>) -> Int {
        texts.reduce(1) { $0 + 1 + $1.utf8.count / 64 }
    }
}
