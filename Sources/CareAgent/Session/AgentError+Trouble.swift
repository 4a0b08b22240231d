internal import CareCore
internal import CareModel
internal import ZeroMQ

extension AgentError {
    /// Says why there is no session and what to do about it.
    init(
        _ trouble: AgentCore.Trouble, _ context: AgentContext, publicKey: String
    ) {
        let places = context.endpoints.map(\.control).joined(separator: ", ")
        switch trouble {
        case .unreachable:
            self.init(
                .unreachable,
                "No broker answers at \(places). What you sent stays queued."
                    + " Check the network, then try again.")
        case .silent, .broken:
            self.init(
                .unreachable,
                "The broker at \(places) stopped answering. What has no receipt stays queued."
                    + " Try again in a moment.")
        case .handshakeFailed:
            self.init(
                .refused,
                "Something answers at \(places), but it is not the broker whose key the context"
                    + " \(context.name) has. Compare the key with the one the broker's operator"
                    + " gives you.")
        case .keyRefused:
            self.init(
                .refused,
                "The broker does not take this agent's key: it was never enrolled, or revoked."
                    + " Ask the broker's operator to enrol \(context.agent) with the public key"
                    + " \(publicKey)")
        case .dismissed(let refusal, let words):
            self.init(
                .refused,
                words.isEmpty ? "The broker ended the session. Ask its operator why." : words,
                refusal: refusal)
        }
    }

    /// Passes a broker's refusal on.
    init(_ refusal: BrokerRefusal) {
        self.init(.refused, refusal.message, refusal: refusal)
    }

    /// Says why a question got no answer.
    init(_ reason: AgentCore.Unanswered, _ context: AgentContext, publicKey: String) {
        switch reason {
        case .refused(let refusal): self.init(refusal)
        case .broken:
            self.init(
                .brokenAnswer,
                "The broker's answer does not fit together, so none of it is shown. Try again, and"
                    + " tell the broker's operator if it happens again.")
        case .late:
            self.init(.unreachable, "The broker did not answer. Try again in a moment.")
        case .ended(let trouble): self.init(trouble, context, publicKey: publicKey)
        }
    }

    /// Says that the ZeroMQ library would not do something.
    init(_ error: ZeroMQError, _ context: AgentContext) {
        self.init(
            .unusableContext,
            "The context \(context.name) cannot be used: \(error). Check its endpoints.")
    }
}
