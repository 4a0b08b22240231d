internal import ZeroMQ

/// Is what a connection needs to prove who it is and to know whom it meets.
struct Identity {
    let keys: CurveKeyPair
    let brokerKey: CurvePublicKey

    /// Reads the agent's key and the broker's.
    init(of context: AgentContext, keyIn directory: String) throws(AgentError) {
        guard !context.endpoints.isEmpty else {
            throw AgentError(
                .unusableContext,
                "The context \(context.name) has no endpoint. Add the broker's address.")
        }
        guard let key = CurvePublicKey(z85: context.brokerKey) else {
            throw AgentError(
                .unusableContext,
                "The broker's key in the context \(context.name) is not a Z85 key of 40 characters."
                    + " Ask the broker's operator for it.")
        }
        brokerKey = key
        keys = try AgentKey.load(from: directory)
    }
}
