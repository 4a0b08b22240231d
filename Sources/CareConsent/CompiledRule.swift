internal import CareModel

/// Limits what one directive may cost.
///
/// A directive beyond a limit counts as one that cannot be understood.
public struct ConsentLimits: Hashable, Sendable {
    /// How deep exceptions may nest.
    public var depth: Int
    /// How many rules, actors, codes and pointers one directive may hold.
    public var nodeCount: Int
    /// How many directives one patient may have.
    public var directiveCount: Int

    /// Makes the limits.
    public init(depth: Int = 16, nodeCount: Int = 5_000, directiveCount: Int = 256) {
        self.depth = depth
        self.nodeCount = nodeCount
        self.directiveCount = directiveCount
    }
}

/// Is a code of a rule, written the usual way.
struct RuleTerm: Sendable {
    let coding: Coding
    /// Whether it can be compared with others of its system.
    let isKnown: Bool

    /// Whether it has a system and a code.
    var isComplete: Bool { !coding.system.isEmpty && !coding.code.isEmpty }

    init(_ coding: Coding, isKnown: (Coding) -> Bool) {
        self.coding = coding.canonical
        self.isKnown = isKnown(self.coding)
    }
}

/// Is a provision whose effect is settled.
///
/// A class, because a provision holds so much that copying one costs more than asking it.
final class CompiledRule: Sendable {
    let effect: ConsentEffect
    let path: String
    let period: ConsentPeriod?
    /// Whether it is a permission as a whole, with all its exceptions.
    ///
    /// The published cases of IHE PCF and FHIR leave less doubt about those: a date without a zone is
    /// one of the deployment's own, and a purpose of another system than HL7's is none of HL7's.
    let isWholePermission: Bool
    let content: ContentCondition
    /// Whether it is about all content.
    let isAboutAll: Bool
    let actors: [CompiledActor]
    let purposes: [RuleTerm]
    let actions: [RuleTerm]
    let exceptions: [CompiledRule]

    private init(
        effect: ConsentEffect, provision: ConsentProvision, exceptions: [CompiledRule],
        isRoot: Bool
    ) {
        self.effect = effect
        isWholePermission = isRoot && effect == .permit
        self.exceptions = exceptions
        looksAtClasses =
            !provision.content.classes.isEmpty || exceptions.contains { $0.looksAtClasses }
        path = provision.path
        period = provision.period
        content = provision.content
        isAboutAll = provision.content.isEmpty
        actors = provision.actors.map { CompiledActor($0) }
        purposes = provision.purposes.map { RuleTerm($0, isKnown: PurposeTable.knows) }
        actions = provision.actions.map { RuleTerm($0, isKnown: ContextFacts.isKnown(action:)) }
    }

    /// Whether the rule or an exception looks at content.
    var looksAtContent: Bool {
        !isAboutAll || exceptions.contains { $0.looksAtContent }
    }

    /// Whether the rule or an exception looks at classes of content.
    let looksAtClasses: Bool

    /// Settles the effects below `provision`; nil beyond `depth` or when `budget` runs out.
    ///
    /// An explicit nested type is honoured, an absent one is the opposite of the parent's.
    static func compile(
        _ provision: ConsentProvision, effect: ConsentEffect, depth: Int, budget: inout Int,
        isRoot: Bool = false
    ) -> CompiledRule? {
        budget -= provision.weight
        guard depth > 0, budget >= 0 else { return nil }
        var exceptions: [CompiledRule] = []
        exceptions.reserveCapacity(provision.provisions.count)
        for child in provision.provisions {
            guard
                let rule = compile(
                    child, effect: child.type ?? effect.opposite, depth: depth - 1,
                    budget: &budget)
            else { return nil }
            exceptions.append(rule)
        }
        return CompiledRule(
            effect: effect, provision: provision, exceptions: exceptions, isRoot: isRoot)
    }
}

extension ConsentProvision {
    /// What the provision costs without its exceptions.
    fileprivate var weight: Int {
        let actorWeight = actors.reduce(0) { $0 + $1.weight }
        return 1 + actorWeight + purposes.count + actions.count + content.securityLabels.count
            + content.classes.count + content.documentTypes.count + content.codes.count
            + content.data.count
    }
}

extension ConsentActor {
    /// What the actor costs with its members.
    fileprivate var weight: Int { (members ?? []).reduce(1) { $0 + $1.weight } }
}
