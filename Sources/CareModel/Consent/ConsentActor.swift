/// Is somebody a directive speaks of, or one name of somebody who sends or gets data.
public struct ConsentActor: Hashable, Sendable {
    /// Says with which party of a release a directive's actor is compared.
    public enum Side: Hashable, Sendable {
        /// With who gets the data.
        case recipient
        /// With who sends them: who keeps or wrote them.
        case sender
        /// With both, because the role is missing or tells only in what capacity the actor acts.
        case either
        /// With neither: the role cannot be placed, so nobody can tell.
        case unplaced
    }

    /// The FHIR reference, `Type/id` or an absolute URL; nil if the source gave none.
    public var reference: String?
    /// The FHIR resource type, as the source says it; nil if only the reference tells.
    public var type: String?
    /// The identifiers known for the actor, its own and those of the resource it refers to.
    public var identifiers: [BusinessIdentifier]
    /// The members if the actor is a Group or a CareTeam that could be opened; nil otherwise.
    public var members: [ConsentActor]?
    /// Who a party must be all at once to be the actor, such as the practitioner and the
    /// organisation of a PractitionerRole; nil unless that could be opened.
    public var parts: [ConsentActor]?
    /// False for an actor nobody can compare with: a Group that is not at hand, or a mere name.
    public var isResolved: Bool
    /// When the membership counts; nil for always.
    public var period: ConsentPeriod?
    /// The party the actor is compared with.
    public var side: Side

    /// Makes the actor.
    public init(
        reference: String? = nil, identifiers: [BusinessIdentifier] = [],
        members: [ConsentActor]? = nil, isResolved: Bool = true, period: ConsentPeriod? = nil,
        type: String? = nil, parts: [ConsentActor]? = nil, side: Side = .recipient
    ) {
        self.reference = reference
        self.type = type
        self.identifiers = identifiers
        self.members = members
        self.parts = parts
        self.isResolved = isResolved
        self.period = period
        self.side = side
    }

    /// What kind of actor it is, by its reference or its type.
    public var kind: ActorKinds {
        Self.kind(reference: reference, type: type, identifiers: identifiers)
    }

    /// What kind of actor goes by these names.
    public static func kind(
        reference: String?, type: String?, identifiers: [BusinessIdentifier]
    ) -> ActorKinds {
        if let type = reference.flatMap({ ReferenceText.type(of: $0) }) { return .init(type: type) }
        if let type { return .init(type: type) }
        for identifier in identifiers {
            switch identifier.system {
            case organisationSystem: return .organisation
            case serviceSystem: return .service
            case agentSystem: return .practitioner
            default: continue
            }
        }
        return .untyped
    }

    /// An organisation enrolled at the broker.
    public static func organisation(_ organisation: OrganisationID) -> ConsentActor {
        let identifier = BusinessIdentifier(
            system: organisationSystem, value: organisation.name)
        return ConsentActor(identifiers: identifier.map { [$0] } ?? [])
    }

    /// The identifier system under which directives name organisations of the broker.
    public static let organisationSystem = "urn:careloop:organisation"
    /// The same for services.
    public static let serviceSystem = "urn:careloop:service"
    /// The same for agents.
    public static let agentSystem = "urn:careloop:agent"
}
