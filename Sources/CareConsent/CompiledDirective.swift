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
    /// The directives that take this one's place, or may.
    let rivals: [Supersession.Rival]

    init(
        _ directive: ConsentDirective, rivals: [Supersession.Rival], limits: ConsentLimits
    ) {
        name = directive.name
        version = directive.version
        status = directive.status
        categories = directive.categories
        subject = directive.subject
        isVerified = directive.isVerified
        body = Self.body(of: directive, limits: limits)
        self.rivals = rivals
    }

    private static func body(of directive: ConsentDirective, limits: ConsentLimits) -> Body {
        if directive.status == .unknown { return .unreadable("its status is not known") }
        switch directive.rule {
        case .unreadable(let reason):
            return .unreadable(reason)
        case .stated(let base, let root):
            var budget = limits.nodeCount
            let rule = CompiledRule.compile(
                root, effect: base, depth: limits.depth, budget: &budget, isRoot: true)
            return rule.map { .rule($0) } ?? .unreadable("its rules are too many or too deep")
        }
    }

    /// Whether its status lets it have a say; an unknown one may.
    var isOpen: Bool { status == .active || status == .unknown }

    /// Whether its status lets it take another's place by a claim of this kind.
    func isInForce(for claim: Supersession.Rival.Claim) -> Bool {
        switch (status, claim) {
        case (.active, _), (.unknown, _): true
        // Withdrawing a version does not bring back the one before.
        case (.inactive, .version), (.inactive, .replacement), (.enteredInError, .version): true
        default: false
        }
    }

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
