internal import CareModel

/// Is somebody a directive names or who asks, with the names taken apart for comparison.
///
/// A class, because copying the names costs more than comparing them.
final class CompiledActor: Sendable {
    private let reference: String?
    private let referenceType: String?
    private let referenceTail: String?
    private let identifiers: [BusinessIdentifier]
    private let members: [CompiledActor]?
    private let isResolved: Bool
    private let period: ConsentPeriod?

    init(_ actor: ConsentActor) {
        reference = actor.reference
        referenceType = actor.reference.flatMap { ReferenceText.type(of: $0) }.map { String($0) }
        referenceTail = actor.reference.map { String(ReferenceText.tail(of: $0)) }
        identifiers = actor.identifiers
        members = actor.members.map { $0.map { CompiledActor($0) } }
        isResolved = actor.isResolved
        period = actor.period
    }

    /// Says how a name compares with another.
    private enum Likeness {
        case same
        /// The two may be names of one on two servers.
        case alike
        case different
        case incomparable
    }

    /// Whether one of `requesters`, which are names of the same recipient, is this actor.
    ///
    /// Two actors compare if they have references of the same type or identifiers of the same
    /// system. If nothing compares, or a name looks like one of this actor's, nobody can tell.
    func matches(
        _ requesters: [CompiledActor], at time: Timestamp, for effect: ConsentEffect
    ) -> Match {
        if let period, !period.contains(time, for: effect) { return .no }
        if let members {
            return members.reduce(Match.no) {
                $0 == .yes ? $0 : $0.or($1.matches(requesters, at: time, for: effect))
            }
        }
        guard isResolved else { return .unknown }
        var isComparable = false
        var isAmbiguous = false
        for requester in requesters {
            switch compare(requester) {
            case .same: return .yes
            case .alike: isAmbiguous = true
            case .different: isComparable = true
            case .incomparable: continue
            }
        }
        return isComparable && !isAmbiguous ? .no : .unknown
    }

    private func compare(_ requester: CompiledActor) -> Likeness {
        var likeness = Likeness.incomparable
        var isAmbiguous = false
        if let reference, reference == requester.reference { return .same }
        if let referenceTail {
            // Two servers may use the same id for different people, so a tail proves nothing.
            isAmbiguous = referenceTail == requester.referenceTail
            if let referenceType, referenceType == requester.referenceType { likeness = .different }
        }
        for mine in identifiers {
            for theirs in requester.identifiers where theirs.system == mine.system {
                if mine.system.isEmpty {
                    // A number without a namespace may be anybody's.
                    isAmbiguous = isAmbiguous || theirs.value == mine.value
                } else if theirs.value == mine.value {
                    return .same
                } else {
                    likeness = .different
                }
            }
        }
        return isAmbiguous ? .alike : likeness
    }
}
