/// Says what an agent may do.
///
/// An agent has one or more.
public enum Role: String, CaseIterable, Comparable, Sendable {
    /// Refers patients and reads the answers.
    case referrer
    /// Works the mailboxes that referrals are addressed to.
    case specialist
    /// Watches the organisation's open referrals and acts for either side.
    case coordinator
    /// Reads delivery trails and dead letters; moves nothing.
    case auditor
    /// Replays dead letters and enrols others.
    case administrator
    /// May override consent in an emergency.
    case emergency

    /// Orders by what the value stands for.
    public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

/// Is an organisation that takes part.
public struct Organisation: Equatable, Sendable {
    /// Its id at this broker.
    public let id: OrganisationID
    /// Its name for people.
    public let name: String
    /// What consent directives may call it.
    public let identifiers: [BusinessIdentifier]

    /// Makes the organisation.
    public init(id: OrganisationID, name: String, identifiers: [BusinessIdentifier] = []) {
        self.id = id
        self.name = name
        self.identifiers = identifiers
    }
}

/// Is a service of an organisation: a mailbox that a team works.
public struct Service: Equatable, Sendable {
    /// Its id at this broker.
    public let id: ServiceID
    /// Whose it is.
    public let organisation: OrganisationID
    /// Its name for people.
    public let name: String

    /// Makes the service.
    public init(id: ServiceID, organisation: OrganisationID, name: String) {
        self.id = id
        self.organisation = organisation
        self.name = name
    }
}

/// Is an agent: who says something on the wire.
public struct Agent: Equatable, Sendable {
    /// Its id at this broker.
    public let id: AgentID
    /// Whose it is.
    public let organisation: OrganisationID
    /// Its name for people.
    public let name: String
    /// Its CURVE public key, Z85.
    public let publicKey: String
    /// What it may do.
    public let roles: Set<Role>
    /// The services whose mailboxes it works, beside its own.
    public let services: Set<ServiceID>
    /// False once revoked, for ever.
    public var isActive: Bool

    /// Makes the agent.
    public init(
        id: AgentID, organisation: OrganisationID, name: String, publicKey: String,
        roles: Set<Role>, services: Set<ServiceID>, isActive: Bool = true
    ) {
        self.id = id
        self.organisation = organisation
        self.name = name
        self.publicKey = publicKey
        self.roles = roles
        self.services = services
        self.isActive = isActive
    }

    /// No agent works more services than this.
    public static let serviceCountMax = 62

    /// The mailboxes it may collect from: its own and those of its services.
    public var mailboxes: [Mailbox] {
        [.agent(id)] + services.sorted().map(Mailbox.service)
    }

    /// Whether it may collect from `mailbox`.
    public func works(_ mailbox: Mailbox) -> Bool {
        switch mailbox {
        case .agent(let agent): agent == id
        case .service(let service): services.contains(service)
        }
    }
}

/// Is everybody enrolled at a broker.
public struct Directory: Equatable, Sendable {
    /// The organisations by id.
    public var organisations: [OrganisationID: Organisation] = [:]
    /// The services by id.
    public var services: [ServiceID: Service] = [:]
    /// The agents by id, revoked ones too.
    public var agents: [AgentID: Agent] = [:]

    /// Makes an empty directory.
    public init() {}

    /// Whose mailbox it is; nil if nobody is enrolled under that name, or no longer.
    public func organisation(of mailbox: Mailbox) -> OrganisationID? {
        switch mailbox {
        case .agent(let id):
            guard let agent = agents[id], agent.isActive else { return nil }
            return agent.organisation
        case .service(let id):
            return services[id]?.organisation
        }
    }
}
