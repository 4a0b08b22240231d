internal import CareModel

/// Works out which directives may take the place of which.
///
/// Of what one organisation has recorded, a directive takes another's place if it says so, or if
/// both share their name or a business identifier and it is the newer one.
enum Supersession {
    /// Is a directive that takes another's place, or may.
    struct Rival: Sendable {
        enum Claim: Sendable {
            /// It is a later version of the same resource.
            case version
            /// It says that it replaces the other.
            case replacement
            /// It was agreed later.
            case later
            /// One of the two was agreed later, and their dates do not tell which.
            case unclear
        }

        let place: Int
        let claim: Claim
    }

    /// For each directive those that take its place, or may.
    static func rivals(of directives: [ConsentDirective]) -> [[Rival]] {
        let claims = directives.indices.map { newer in
            directives.indices.filter { older in
                older != newer && directives[newer].claimsToReplace(directives[older])
            }
        }
        return directives.indices.map { older in
            directives.indices.compactMap { newer -> Rival? in
                guard newer != older else { return nil }
                let order = directives[newer].order(after: directives[older])
                if let order, order != .unclear { return Rival(place: newer, claim: order) }
                // Claims that run in a circle would remove every directive in it.
                let isClaimed =
                    claims[newer].contains(older) && !reaches(newer, from: older, by: claims)
                    && directives[older].order(after: directives[newer]).map {
                        $0 == .unclear
                    } ?? true
                if isClaimed { return Rival(place: newer, claim: .replacement) }
                return order.map { Rival(place: newer, claim: $0) }
            }
        }
    }

    private static func reaches(_ goal: Int, from start: Int, by claims: [[Int]]) -> Bool {
        var seen: Set<Int> = [start]
        var open = [start]
        while let place = open.popLast() {
            for next in claims[place] where seen.insert(next).inserted {
                if next == goal { return true }
                open.append(next)
            }
        }
        return false
    }
}

extension ConsentDirective {
    fileprivate func claimsToReplace(_ other: ConsentDirective) -> Bool {
        recorder == other.recorder && replaces.contains(other.name)
    }

    /// In which way it is the newer of the two; nil if it is not, or they are not of one chain.
    fileprivate func order(after other: ConsentDirective) -> Supersession.Rival.Claim? {
        // Otherwise whoever may record a directive could switch off what others have recorded.
        guard recorder == other.recorder else { return nil }
        let sharesName = name == other.name
        if sharesName, let revision, let otherRevision = other.revision, revision != otherRevision {
            return revision > otherRevision ? .version : nil
        }
        // A number without a namespace may be anybody's.
        let sharesIdentifier = identifiers.contains {
            !$0.system.isEmpty && other.identifiers.contains($0)
        }
        guard sharesName || sharesIdentifier else { return nil }
        // A name without dates may have been given twice: then both stay.
        let unclear: Supersession.Rival.Claim? = sharesIdentifier ? .unclear : nil
        guard let issued, let before = other.issued else { return unclear }
        if before.isCertain(before: issued) { return .later }
        return issued.isCertain(before: before) ? nil : unclear
    }
}

extension ConsentPeriod {
    /// Whether it ends before `other` starts, whatever zones dates without one are of.
    fileprivate func isCertain(before other: ConsentPeriod) -> Bool {
        guard let end, let start = other.start else { return false }
        guard end.isLocalDate != start.isLocalDate else { return end.instant <= start.instant }
        return end.instant + (Bound.latest - Bound.earliest) <= start.instant
    }
}
