internal import CareModel

/// Is one directive, ready to vote.
///
/// A class, because copying a directive costs more than asking it.
final class CompiledDirective: Sendable {
    enum Body: Sendable {
        case rule(CompiledRule)
        case unreadable(String)
    }

    let name: String
    let version: String
    let status: ConsentStatus
    let categories: [Coding]
    let subject: ConsentDirective.Subject
    let isVerified: Bool
    let body: Body
    /// When the directive can take another's place; nil for never.
    let startOfForce: Timestamp?
    /// The places of the directives that take this one's.
    let successors: [Int]

    init(_ directive: ConsentDirective, successors: [Int], limits: ConsentLimits) {
        name = directive.name
        version = directive.version
        status = directive.status
        categories = directive.categories
        subject = directive.subject
        isVerified = directive.isVerified
        body = Self.body(of: directive, limits: limits)
        startOfForce = directive.startOfForce
        self.successors = successors
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

    /// Whether its status lets it have a say; an unknown one may.
    var isOpen: Bool { status == .active || status == .unknown }

    /// Whether it is of a category asked for; one of which nothing could be read may be of any.
    func isOfCategory(_ asked: [Coding]) -> Bool {
        if asked.isEmpty { return true }
        if case .unreadable = body, categories.isEmpty { return true }
        return asked.contains { categories.contains($0) }
    }

    /// What the directive had to do with a verdict.
    func basis(_ cause: Verdict.Cause) -> Verdict.Basis {
        Verdict.Basis(directive: name, version: version, cause: cause)
    }
}
