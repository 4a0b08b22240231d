public import CareModel

extension Verdict {
    /// Says of each resource of a release whether it may leave; none may unless the outcome is
    /// permit.
    ///
    /// - Parameter content: the whole release, because some rules lead from one resource to
    /// another.
    public func releases(_ content: [ContentResource]) -> [Bool] {
        guard outcome == .permit else { return content.map { _ in false } }
        guard !obligations.isEmpty || !classes.isEmpty else { return content.map { _ in true } }
        return content.map { resource in
            let facts = ContentFacts(content: resource, others: content)
            guard
                classes.isEmpty || facts.isFrame
                    || resource.classes.contains(where: classes.contains)
            else { return false }
            return obligations.allSatisfy { $0.rule.vote(on: facts) == .permit }
        }
    }
}

extension ResidualRule {
    /// The rule's vote on a resource; nil for none.
    func vote(on facts: ContentFacts) -> ConsentEffect? {
        // A rule without an effect of its own only gathers what its exceptions say.
        let fits = effect.map { facts.fits(condition, for: $0) } ?? true
        var permitted = false
        for exception in exceptions where fits || exception.stated == stated {
            switch exception.vote(on: facts) {
            case .deny: return .deny
            case .permit: permitted = true
            case nil: continue
            }
        }
        if permitted { return .permit }
        return fits ? effect : nil
    }
}
