/// Is one side of a release, who sends or who gets, under all the names it is known by.
public struct ConsentParty: Hashable, Sendable {
    /// The names, all of the same party.
    public var names: [ConsentActor]
    /// The kinds of which all names are known: of those, what is not among ``names`` is somebody
    /// else for certain.
    public var known: ActorKinds

    /// Makes the party; without `known` every kind counts as known that `names` has a name of.
    public init(_ names: [ConsentActor], known: ActorKinds? = nil) {
        self.names = names
        self.known = known ?? names.reduce(into: []) { $0.formUnion($1.kind) }
    }

    /// A party nothing is known of, which may be anybody.
    public static let unknown = ConsentParty([])
}

/// Names kinds of actors, by FHIR resource type.
public struct ActorKinds: OptionSet, Hashable, Sendable {
    /// One bit for each kind.
    public let rawValue: UInt16
    /// Makes the set of those whose bits are set.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Organisations.
    public static let organisation = ActorKinds(rawValue: 1)
    /// Services of organisations.
    public static let service = ActorKinds(rawValue: 2)
    /// People who give care.
    public static let practitioner = ActorKinds(rawValue: 4)
    /// People in their work for an organisation.
    public static let practitionerRole = ActorKinds(rawValue: 8)
    /// Care teams.
    public static let careTeam = ActorKinds(rawValue: 16)
    /// Groups.
    public static let group = ActorKinds(rawValue: 32)
    /// Devices and programs.
    public static let device = ActorKinds(rawValue: 64)
    /// Patients.
    public static let patient = ActorKinds(rawValue: 128)
    /// Relatives and others close to a patient.
    public static let relatedPerson = ActorKinds(rawValue: 256)
    /// What no type was said of, such as a bare identifier.
    public static let untyped = ActorKinds(rawValue: 512)
    /// Any other type.
    public static let other = ActorKinds(rawValue: 1_024)

    /// The kind of a FHIR resource type.
    public init(type: some StringProtocol) {
        self =
            switch type {
            case "Organization": .organisation
            case "HealthcareService": .service
            case "Practitioner": .practitioner
            case "PractitionerRole": .practitionerRole
            case "CareTeam": .careTeam
            case "Group": .group
            case "Device": .device
            case "Patient": .patient
            case "RelatedPerson": .relatedPerson
            default: .other
            }
    }
}
