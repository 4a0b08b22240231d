/// Is who an agent is and which brokers it talks to: one context of `careloop context`.
///
/// Kept as `context.json` in a folder of its own, beside the secret key (`agent.key`, mode 0600) and
/// the agent's mail (`agent.db`). The folder is private to its owner (mode 0700).
public struct AgentContext: Codable, Equatable, Sendable {
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

    /// Makes the context.
    public init(name: String, agent: String, brokerKey: String, endpoints: [Endpoint]) {
        self.name = name
        self.agent = agent
        self.brokerKey = brokerKey
        self.endpoints = endpoints
    }
}
