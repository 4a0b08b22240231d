/// Is what an agent says to the broker: a decoded `AgentFrame`.
public enum AgentSaying: Equatable, Sendable {
    /// Opens a session.
    case hello(Hello)
    /// Hands over something durable.
    indirect case submit(Submission)
    /// Allows more deliveries.
    case credit(messages: UInt32, byteCount: UInt64, drain: Bool)
    /// Has stored a delivery, or a person has opened it.
    case ack(DeliveryID, Fence, displayed: Bool)
    /// Will not have a delivery.
    case refuse(DeliveryID, Fence, reason: String)
    /// Cannot take a delivery now.
    case `defer`(DeliveryID, Fence, notBefore: Timestamp)
    /// Needs more time for a delivery.
    case extend(DeliveryID, Fence)
    /// Asks.
    case query(Question, page: Page)
    /// Wants a stream's topic.
    case subscribe(StreamName)
    /// Wants events it has missed.
    case fetch(StreamName, epoch: UInt32, from: UInt64, to: UInt64)
    /// Is there.
    case ping
    /// Is there, as asked.
    case pong
    /// Goes.
    case bye
    /// Says something the broker cannot take; the refusal says why.
    case unusable(Refusal)
    /// Says something about a delivery that the broker cannot take; the refusal says why.
    case unusableAbout(DeliveryID, Refusal)
}

/// Is the first thing an agent says.
public struct Hello: Equatable, Sendable {
    /// Who it says it is; must agree with its key.
    public let agent: AgentID
    /// The process, 16 random bytes: a second hello of the same one ends the first session.
    public let instance: UUIDBytes
    /// The protocol versions it speaks.
    public let versions: [UInt32]
    /// Name and version of the program.
    public let program: String

    /// Makes the hello.
    public init(agent: AgentID, instance: UUIDBytes, versions: [UInt32], program: String) {
        self.agent = agent
        self.instance = instance
        self.versions = versions
        self.program = program
    }
}
