/// Is somebody a directive speaks of, or somebody who asks.
public struct ConsentActor: Hashable, Sendable {
    /// The FHIR reference, `Type/id` or an absolute URL; nil if the source gave none.
    public var reference: String?
    /// The identifiers known for the actor, its own and those of the resource it refers to.
    public var identifiers: [BusinessIdentifier]
    /// The members if the actor is a Group that could be opened; nil otherwise.
    public var members: [ConsentActor]?
    /// False for an actor nobody can compare with: a Group that is not at hand, or a mere name.
    public var isResolved: Bool
    /// When the membership counts; nil for always.
    public var period: ConsentPeriod?

    /// Makes the actor.
    public init(
        reference: String? = nil, identifiers: [BusinessIdentifier] = [],
        members: [ConsentActor]? = nil, isResolved: Bool = true, period: ConsentPeriod? = nil
    ) {
        self.reference = reference
        self.identifiers = identifiers
        self.members = members
        self.isResolved = isResolved
        self.period = period
    }

    /// An organisation enrolled at the broker.
    public static func organisation(_ organisation: OrganisationID) -> ConsentActor {
        let identifier = BusinessIdentifier(
            system: organisationSystem, value: organisation.name)
        return ConsentActor(identifiers: identifier.map { [$0] } ?? [])
    }

    /// The identifier system under which directives name organisations of the broker.
    public static let organisationSystem = "urn:careloop:organisation"
}
