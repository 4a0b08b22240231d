internal import CareModel

/// Is a set of votes that a rule may come to.
struct Votes: OptionSet, Hashable {
    let rawValue: UInt8
    static let deny = Votes(rawValue: 1)
    static let permit = Votes(rawValue: 2)
    static let none = Votes(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ effect: ConsentEffect?) {
        switch effect {
        case .deny: self = .deny
        case .permit: self = .permit
        case nil: self = .none
        }
    }
}

extension ResidualRule {
    /// All votes the rule may come to where a condition that cannot be told may turn out either
    /// way, each time it comes up.
    ///
    /// That is more than can happen if the same doubt comes up twice; it never is less.
    func votes(_ fits: (ContentCondition, ConsentEffect) -> Match) -> Votes {
        // A rule without an effect of its own only gathers what its exceptions say.
        let fit = effect.map { fits(condition, $0) } ?? .yes
        var votes: Votes = []
        let kids = exceptions.map { (stated: $0.stated, votes: $0.votes(fits)) }
        if fit != .no { votes.formUnion(Self.together(kids.map(\.votes), orElse: effect)) }
        if fit != .yes {
            let repeating = kids.filter { $0.stated == stated }.map(\.votes)
            votes.formUnion(Self.together(repeating, orElse: nil))
        }
        if isConfined, votes.remove(.permit) != nil { votes.insert(.none) }
        return votes
    }

    /// A prohibition wins, then a permission, then `effect`.
    private static func together(_ exceptions: [Votes], orElse effect: ConsentEffect?) -> Votes {
        var votes: Votes = exceptions.contains { $0.contains(.deny) } ? .deny : []
        // One that can only forbid leaves the others nothing to say.
        guard !exceptions.contains(.deny) else { return votes }
        if exceptions.contains(where: { $0.contains(.permit) }) { votes.insert(.permit) }
        if exceptions.allSatisfy({ $0.contains(.none) }) { votes.formUnion(Votes(effect)) }
        return votes
    }
}
