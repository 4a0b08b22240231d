internal import CareModel

/// Collects what the directives say about one request.
struct Ballot {
    private var isDenied = false
    private var isDoubtful = false
    private var isPermitted = false
    private var skipped: [Verdict.Basis] = []
    private var used: [Verdict.Basis] = []
    private var obligations: [Verdict.Obligation] = []

    init(directiveCount: Int) {
        skipped.reserveCapacity(directiveCount)
        used.reserveCapacity(directiveCount)
    }

    mutating func skip(_ directive: CompiledDirective, _ cause: Verdict.Cause) {
        skipped.append(directive.basis(cause))
    }

    mutating func deny(_ directive: CompiledDirective, _ cause: Verdict.Cause) {
        isDenied = true
        used.append(directive.basis(cause))
    }

    mutating func doubt(_ directive: CompiledDirective, _ cause: Verdict.Cause) {
        isDoubtful = true
        used.append(directive.basis(cause))
    }

    mutating func permit(
        _ directive: CompiledDirective, _ cause: Verdict.Cause?, _ rule: ResidualRule?
    ) {
        let cause = cause ?? .rule(.permit, path: "provision", met: [], unresolved: [])
        isPermitted = true
        used.append(directive.basis(cause))
        guard let rule else { return }
        obligations.append(
            Verdict.Obligation(directive: directive.name, version: directive.version, rule: rule))
    }

    func verdict(for request: ConsentRequest, policy: ImplicitPolicy) -> Verdict {
        if isDenied {
            return Verdict(decision: .deny, outcome: .deny, basis: used, skipped: skipped)
        }
        if isDoubtful {
            return Verdict(decision: .indeterminate, outcome: .hold, basis: used, skipped: skipped)
        }
        if isPermitted {
            return Verdict(
                decision: .permit, outcome: .permit, obligations: obligations, basis: used,
                skipped: skipped, classes: request.classes)
        }
        return Verdict(
            decision: .noConsent, outcome: policy.permits(request) ? .permit : .deny,
            skipped: skipped, implicitPolicy: policy, classes: request.classes)
    }
}
