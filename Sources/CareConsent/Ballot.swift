internal import CareModel

/// Collects what the directives say about one request.
struct Ballot {
    private var denials: [Verdict.Basis] = []
    private var doubts: [Verdict.Basis] = []
    private var permissions: [Verdict.Basis] = []
    private var skipped: [Verdict.Basis] = []
    private var used: [Verdict.Basis] = []
    private var obligations: [Verdict.Obligation] = []

    mutating func skip(_ directive: ConsentDirective, _ cause: Verdict.Cause) {
        skipped.append(Self.basis(directive, cause))
    }

    mutating func deny(_ directive: ConsentDirective, _ cause: Verdict.Cause) {
        denials.append(Self.basis(directive, cause))
        used.append(Self.basis(directive, cause))
    }

    mutating func doubt(_ directive: ConsentDirective, _ cause: Verdict.Cause) {
        doubts.append(Self.basis(directive, cause))
        used.append(Self.basis(directive, cause))
    }

    mutating func permit(
        _ directive: ConsentDirective, _ cause: Verdict.Cause?, _ rule: ResidualRule?
    ) {
        let cause = cause ?? .rule(.permit, path: "provision", met: [], unresolved: [])
        permissions.append(Self.basis(directive, cause))
        used.append(Self.basis(directive, cause))
        guard let rule else { return }
        obligations.append(
            Verdict.Obligation(directive: directive.name, version: directive.version, rule: rule))
    }

    func verdict(for request: ConsentRequest, policy: ImplicitPolicy) -> Verdict {
        if !denials.isEmpty {
            return Verdict(decision: .deny, outcome: .deny, basis: used, skipped: skipped)
        }
        if !doubts.isEmpty {
            return Verdict(decision: .indeterminate, outcome: .hold, basis: used, skipped: skipped)
        }
        if !permissions.isEmpty {
            return Verdict(
                decision: .permit, outcome: .permit, obligations: obligations, basis: used,
                skipped: skipped, classes: request.classes)
        }
        return Verdict(
            decision: .noConsent, outcome: policy.permits(request) ? .permit : .deny,
            skipped: skipped, implicitPolicy: policy, classes: request.classes)
    }

    private static func basis(
        _ directive: ConsentDirective, _ cause: Verdict.Cause
    ) -> Verdict.Basis {
        Verdict.Basis(directive: directive.name, version: directive.version, cause: cause)
    }
}
