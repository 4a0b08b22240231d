internal import CareModel

/// Works out which directives take the place of which.
///
/// Of what one organisation has recorded, a directive takes another's place if it says so, or if both share their name or a business
/// identifier and it is the newer one. Where the order cannot be told, both stay and a prohibition
/// in either counts.
enum Supersession {
    /// For each directive the places of those that take its own.
    static func successors(of directives: [ConsentDirective]) -> [[Int]] {
        let claims = directives.indices.map { newer in
            directives.indices.filter { older in
                older != newer && directives[newer].claimsToReplace(directives[older])
            }
        }
        return directives.indices.map { older in
            directives.indices.filter { newer in
                guard newer != older else { return false }
                if directives[newer].isNewerVersion(of: directives[older]) { return true }
                // Claims that run in a circle would remove every directive in it.
                return claims[newer].contains(older)
                    && !directives[older].isNewerVersion(of: directives[newer])
                    && !reaches(newer, from: older, by: claims)
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

    fileprivate func isNewerVersion(of other: ConsentDirective) -> Bool {
        // Otherwise whoever may record a directive could switch off what others have recorded.
        guard recorder == other.recorder else { return false }
        let sharesName = name == other.name
        if sharesName, let revision, let otherRevision = other.revision, revision != otherRevision {
            return revision > otherRevision
        }
        // A number without a namespace may be anybody's.
        let sharesIdentifier = identifiers.contains {
            !$0.system.isEmpty && other.identifiers.contains($0)
        }
        guard sharesName || sharesIdentifier else { return false }
        guard let start = issued?.start?.instant, let end = other.issued?.end?.instant else {
            return false
        }
        return start >= end
    }

    /// When the directive can take another's place; nil for never.
    ///
    /// A draft or a refused proposal never did; one that starts later has not yet.
    var startOfForce: Timestamp? {
        switch status {
        case .draft, .proposed, .rejected, .notDone: return nil
        case .active, .inactive, .enteredInError, .unknown: break
        }
        guard case .stated(_, let root) = rule, let start = root.period?.start else {
            return Timestamp(milliseconds: .min)
        }
        return start.instant
    }
}
