internal import CareModel

/// Is somebody a directive names, with the names taken apart for comparison.
///
/// A class, because copying the names costs more than comparing them.
final class CompiledActor: Sendable {
    let side: ConsentActor.Side
    let period: ConsentPeriod?
    let members: [CompiledActor]?
    let parts: [CompiledActor]?
    let reference: String?
    let identifiers: [BusinessIdentifier]
    private let tail: String?
    private let kind: ActorKinds
    private let isResolved: Bool

    init(_ actor: ConsentActor) {
        side = actor.side
        period = actor.period
        members = actor.members.map { $0.map { CompiledActor($0) } }
        parts = actor.parts.map { $0.map { CompiledActor($0) } }
        reference = actor.reference
        identifiers = actor.identifiers
        tail = actor.reference.flatMap { ReferenceText.type(of: $0) == nil ? nil : $0 }
            .map { String(ReferenceText.tail(of: $0)) }
        kind = actor.kind
        isResolved = actor.isResolved
    }

    /// What makes it the same as another in a doubt; nil for somebody without a name.
    var hasName: Bool { isResolved && (tail != nil || identifiers.contains { !$0.system.isEmpty }) }

    /// Whether the reference is one of the party's own names.
    func isNamed(in party: CompiledParty) -> Bool {
        reference != nil && party.names.contains { $0.reference == reference }
    }

    /// Says how one name compares with another.
    private enum Likeness {
        case same
        /// The two may be names of one, such as the same id on two servers.
        case alike
        case different
        case incomparable
    }

    /// Whether `party` is this actor; its members and parts left aside.
    ///
    /// It is if they share a name. It is not if all names of the actor's kind are known of the
    /// party and this is none of them, or if both have a number of the same system and the numbers
    /// differ. Otherwise, or if a name looks like one of this actor's, nobody can tell.
    func matches(_ party: CompiledParty) -> Match {
        guard isResolved else { return .unknown }
        var isAmbiguous = false
        var isDifferent = false
        for name in party.names {
            switch compare(name, in: party) {
            case .same: return .yes
            case .alike: isAmbiguous = true
            case .different: isDifferent = true
            case .incomparable: continue
            }
        }
        if isAmbiguous { return .unknown }
        if isDifferent { return .no }
        guard party.known.contains(kind), kind != .untyped, kind != .other else { return .unknown }
        // A number of a system the party has none of may be the party's all the same.
        return tail != nil || !party.hasName(of: kind) ? .no : .unknown
    }

    private func compare(_ name: CompiledParty.Name, in party: CompiledParty) -> Likeness {
        if let reference, reference == name.reference { return .same }
        // Two servers may use the same id for different people, so a tail proves nothing.
        var isAmbiguous = tail.map { name.tail == $0[...] } == true
        var likeness = Likeness.incomparable
        for mine in identifiers {
            for theirs in name.identifiers where theirs.system == mine.system {
                if mine.system.isEmpty {
                    // A number without a namespace may be anybody's.
                    isAmbiguous = isAmbiguous || theirs.value == mine.value
                } else if theirs.value == mine.value {
                    return .same
                } else if party.known.contains(name.kind), isOfKind(name.kind) {
                    likeness = .different
                }
            }
        }
        return isAmbiguous ? .alike : likeness
    }

    /// A namespace may number people and organisations alike, so one says nothing of the other.
    private func isOfKind(_ other: ActorKinds) -> Bool {
        kind == other || kind == .untyped || other == .untyped
    }
}

/// Is a party of a request, with its names taken apart for comparison.
struct CompiledParty {
    struct Name {
        let reference: String?
        let tail: Substring?
        let type: String?
        let identifiers: [BusinessIdentifier]

        /// Found out when it is needed, which is seldom.
        var kind: ActorKinds {
            ConsentActor.kind(reference: reference, type: type, identifiers: identifiers)
        }
    }

    let names: [Name]
    let known: ActorKinds

    init(_ party: ConsentParty) {
        known = party.known
        names = party.names.map { actor in
            Name(
                reference: actor.reference,
                tail: actor.reference.flatMap {
                    ReferenceText.type(of: $0) == nil ? nil : ReferenceText.tail(of: $0)
                }, type: actor.type, identifiers: actor.identifiers)
        }
    }

    func hasName(of kind: ActorKinds) -> Bool { names.contains { $0.kind == kind } }
}
