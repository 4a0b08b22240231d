/// Says which program an agent is, for the broker's operators.
enum AgentProgram {
    static let name = "careloop/0.1"
}
