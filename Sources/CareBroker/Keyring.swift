internal import CareModel
internal import ZeroMQ

/// Knows which CURVE keys may come in, and as whom.
struct Keyring {
    private let agents: [[UInt8]: AgentID]

    /// Takes the keys of the active agents.
    init(_ directory: Directory) {
        var agents: [[UInt8]: AgentID] = [:]
        for agent in directory.agents.values where agent.isActive {
            guard let key = CurvePublicKey(z85: agent.publicKey) else { continue }
            agents[key.bytes] = agent.id
        }
        self.agents = agents
    }

    /// Lets an enrolled key in under its agent's name, and nobody else.
    func reply(to request: ZAPRequest) -> ZAPReply {
        guard case .curve(let key) = request.credentials, agents[key.bytes] != nil else {
            return .refused("unknown key")
        }
        // The key is the identity: an agent that gets another one loses its old connections.
        return .accepted(userID: key.z85)
    }

    /// Whose key it is now; nil once it was revoked or replaced.
    func agent(ofKey text: String) -> AgentID? {
        CurvePublicKey(z85: text).flatMap { agents[$0.bytes] }
    }
}
