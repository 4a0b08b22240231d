public import CareModel

/// Is who an agent is and which brokers it talks to: one context of `careloop context`.
///
/// Kept as `context.json` in a folder of its own, beside the secret key (`agent.key`, mode 0600) and
/// the agent's mail (`agent.db`). The folder is private to its owner (mode 0700).
public struct AgentContext: Equatable, Sendable {
    /// Is one broker address.
    public struct Endpoint: Codable, Equatable, Sendable {
        /// Where `ctl` is, such as `tcp://broker.example:7701`.
        public var control: String
        /// Where `evt` is; empty to take what the broker says in its welcome.
        public var events: String

        /// Makes the address.
        public init(control: String, events: String = "") {
            self.control = control
            self.events = events
        }
    }

    /// The context's name on this machine.
    public var name: String
    /// The agent as it is enrolled.
    public var agent: String
    /// The broker's public key, Z85.
    public var brokerKey: String
    /// The addresses of the broker, tried in order.
    public var endpoints: [Endpoint]
    /// On whose behalf the program acts, unless it is told another; nil if nobody in particular.
    public var actingFor: Person?

    /// Makes the context.
    public init(
        name: String, agent: String, brokerKey: String, endpoints: [Endpoint],
        actingFor: Person? = nil
    ) {
        self.name = name
        self.agent = agent
        self.brokerKey = brokerKey
        self.endpoints = endpoints
        self.actingFor = actingFor
    }
}

extension AgentContext: Codable {
    private enum Key: String, CodingKey {
        case name, agent, brokerKey, endpoints, actingFor
    }

    /// Is a person as `context.json` has them.
    private struct StoredPerson: Codable {
        var system: String?
        var value: String
        var name: String?
        var role: String?
    }

    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            name: try values.decode(String.self, forKey: .name),
            agent: try values.decode(String.self, forKey: .agent),
            brokerKey: try values.decode(String.self, forKey: .brokerKey),
            endpoints: try values.decode([Endpoint].self, forKey: .endpoints))
        guard let stored = try values.decodeIfPresent(StoredPerson.self, forKey: .actingFor) else {
            return
        }
        // One that cannot be read must not be left out in silence: the audit log would lack it.
        guard
            let identifier = BusinessIdentifier(
                system: stored.system ?? "", value: stored.value),
            let person = Person(identifier: identifier, name: stored.name, role: stored.role)
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .actingFor, in: values, debugDescription: "is no person")
        }
        actingFor = person
    }

    /// Writes the context; who is acted for is left out if that is nobody.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(name, forKey: .name)
        try values.encode(agent, forKey: .agent)
        try values.encode(brokerKey, forKey: .brokerKey)
        try values.encode(endpoints, forKey: .endpoints)
        let stored = actingFor.map { person in
            StoredPerson(
                system: person.identifier.system.isEmpty ? nil : person.identifier.system,
                value: person.identifier.value, name: person.name, role: person.role)
        }
        try values.encodeIfPresent(stored, forKey: .actingFor)
    }
}
