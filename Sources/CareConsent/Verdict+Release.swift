public import CareModel

/// Says what of a document may leave.
public enum ContentRelease: Hashable, Sendable {
    /// All of it.
    case whole
    /// What is left without the items at these places: in order, none empty, and of what goes only
    /// the outermost.
    case part([Int])
    /// Nothing, because nothing is permitted or what is permitted would not be what the document
    /// claims to be.
    case nothing
}

extension Verdict {
    /// Says what may leave of a document with these items.
    ///
    /// An item leaves if its own vote permits it and what is around it leaves. What would take too
    /// long to tell does not leave; see ``releases(_:)``.
    public func release(of items: [ContentItem]) -> ContentRelease {
        guard outcome == .permit, !items.isEmpty else { return .nothing }
        var leaves = releases(items.map { $0.resource })
        var removed: [Int] = []
        for (place, item) in items.enumerated() {
            guard let container = item.container else {
                if !leaves[place] { removed.append(place) }
                continue
            }
            // A container that does not come before what it contains is not one of a document.
            guard items[..<place].indices.contains(container) else { return .nothing }
            if leaves[container], !leaves[place] { removed.append(place) }
            leaves[place] = leaves[place] && leaves[container]
        }
        let isFit = { (need: ContentItem.Need, suffices: ([Bool]) -> Bool) in
            let answers = zip(items, leaves).filter { $0.0.need == need }.map { $0.1 }
            return answers.isEmpty || suffices(answers)
        }
        guard leaves.contains(true), isFit(.indispensable, { !$0.contains(false) }),
            isFit(.alternative, { $0.contains(true) })
        else { return .nothing }
        return removed.isEmpty ? .whole : .part(removed)
    }

    /// Says of each resource of a release whether it may leave; none may unless the outcome is
    /// permit, or if it would take more than a set number of comparisons to tell.
    ///
    /// - Parameter content: the whole release, because some rules lead from one resource to
    /// another.
    public func releases(_ content: [ContentResource]) -> [Bool] {
        guard outcome == .permit else { return content.map { _ in false } }
        guard !obligations.isEmpty || !classes.isEmpty else { return content.map { _ in true } }
        let cost = ReleaseCost(obligations, classes: classes)
        guard let effort = cost.effort(for: content) else { return content.map { _ in false } }
        let wayCount = min(Self.wayCount, ReleaseCost.limit / max(1, effort))
        let index = ReleaseIndex(content, for: cost.targets)
        guard index.cost(of: cost.targets, limit: ReleaseCost.limit) <= ReleaseCost.limit else {
            return content.map { _ in false }
        }
        return content.enumerated().map { place, resource in
            let facts = ContentFacts(content: resource, at: place, in: index)
            guard
                classes.isEmpty || facts.isFrame
                    || resource.classes.contains(where: classes.contains)
            else { return false }
            return obligations.allSatisfy { $0.rule.permits(facts, wayCount: wayCount) }
        }
    }

    /// In how many ways the doubts about one resource may be tried.
    private static let wayCount = 256
}

extension ResidualRule {
    /// Whether the rule permits a resource in every way in which the doubts about it can turn out.
    fileprivate func permits(_ facts: ContentFacts, wayCount: Int) -> Bool {
        // Mostly there is no doubt, or none that could change the answer.
        let possible = votes { facts.fits($0, for: $1, path: path, nil) }
        if possible == .permit { return true }
        guard possible.contains(.permit) else { return false }
        let doubts = ContentDoubts()
        for _ in 0..<wayCount {
            guard vote(on: facts, doubts) == .permit else { return false }
            guard doubts.assumptions.next(after: .permit) else { return true }
        }
        return false
    }

    /// The rule's vote on a resource; nil for none.
    private func vote(on facts: ContentFacts, _ doubts: ContentDoubts) -> ConsentEffect? {
        // A rule without an effect of its own only gathers what its exceptions say.
        let fits =
            effect.map { facts.fits(condition, for: $0, path: path, doubts) == .yes } ?? true
        var permitted = false
        for exception in exceptions where fits || exception.stated == stated {
            switch exception.vote(on: facts, doubts) {
            case .deny: return .deny
            case .permit: permitted = true
            case nil: continue
            }
        }
        let vote = permitted ? .permit : fits ? effect : nil
        return isConfined && vote == .permit ? nil : vote
    }
}
