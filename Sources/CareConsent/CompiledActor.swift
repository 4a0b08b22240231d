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
    private let name: ReferenceName?
    private let kind: ActorKinds
    private let isResolved: Bool

    init(_ actor: ConsentActor) {
        side = actor.side
        period = actor.period
        members = actor.members.map { $0.map { CompiledActor($0) } }
        parts = actor.parts.map { $0.map { CompiledActor($0) } }
        reference = actor.reference
        identifiers = actor.identifiers
        name = actor.reference.flatMap { ReferenceName($0) }
        kind = actor.kind
        isResolved = actor.isResolved
    }

    /// What makes it the same as another in a doubt; nil for somebody without a name.
    ///
    /// A fragment names somebody within one directive only.
    var hasName: Bool {
        name != nil || reference.map { !$0.hasPrefix("#") } == true
            || identifiers.contains { !$0.system.isEmpty }
    }

    /// Whether the reference is one of the party's own names.
    func isNamed(in party: CompiledParty) -> Bool {
        reference != nil && party.names.contains { $0.reference == reference }
    }

    /// Whether `party` is this actor; its members and parts left aside.
    ///
    /// It is if they share a name. It is not if all names of the actor's kind are known of the
    /// party, and one of them is of the same server or the same numbers, or there is none at all.
    /// Otherwise nobody can tell: two servers name the same people each in its own way.
    func matches(_ party: CompiledParty) -> Match {
        guard isResolved else { return .unknown }
        var isDifferent = false
        for name in party.names {
            switch compare(name, in: party) {
            case .yes: return .yes
            case .no: isDifferent = true
            case .unknown: continue
            }
        }
        if isDifferent { return .no }
        guard party.known.contains(kind), kind != .untyped, kind != .other else { return .unknown }
        return party.hasName(of: kind) ? .unknown : .no
    }

    private func compare(_ other: CompiledParty.Name, in party: CompiledParty) -> Match {
        if let reference, reference == other.reference { return .yes }
        var answer = Match.unknown
        if let name, let its = other.name, name.isOfOneServer(with: its),
            party.known.contains(kind)
        {
            answer = .no
        }
        for mine in identifiers {
            for theirs in other.identifiers where theirs.system == mine.system {
                // A number without a namespace may be anybody's.
                if mine.system.isEmpty { continue }
                if theirs.value == mine.value { return .yes }
                if party.known.contains(other.kind), isOfKind(other.kind) { answer = .no }
            }
        }
        return answer
    }

    /// A namespace may number people and organisations alike, so one says nothing of the other.
    private func isOfKind(_ other: ActorKinds) -> Bool {
        kind == other || kind == .untyped || other == .untyped
    }
}

/// Is a reference that ends in `Type/id`, taken apart.
struct ReferenceName {
    private let base: Substring
    private let type: Substring

    /// Takes `reference` apart; nil for one that tells no type.
    init?(_ reference: String) {
        guard let type = ReferenceText.type(of: reference), ReferenceText.isTypeName(type) else {
            return nil
        }
        self.type = type
        base = reference[..<type.startIndex]
    }

    /// Whether one server gave both names to things of one type, so that they differ if the names
    /// do.
    func isOfOneServer(with other: ReferenceName) -> Bool {
        type == other.type && base == other.base
    }
}

/// Is a party of a request, with its names taken apart for comparison.
struct CompiledParty {
    struct Name {
        let reference: String?
        let name: ReferenceName?
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
                name: actor.reference.flatMap { ReferenceName($0) }, type: actor.type,
                identifiers: actor.identifiers)
        }
    }

    func hasName(of kind: ActorKinds) -> Bool { names.contains { $0.kind == kind } }
}
