internal import CareAgent
internal import CareModel

/// Says what became of a message that was handed over.
enum Sending {
    /// The broker has taken it, or had nothing to do.
    case answered(Receipt)
    /// It waits in the outbox for the next command or for `careloop run`.
    case queued(reason: String)
}

extension Desk {
    /// Begins a message on behalf of the person that the context or the command names.
    func draft(_ kind: MessageKind) -> Draft { acting(Draft(kind)) }

    /// The same message on behalf of the person that the context or the command names.
    func acting(_ draft: Draft) -> Draft {
        var draft = draft
        draft.actingFor = context.actingFor
        return draft
    }

    /// Puts a message into the outbox and sends it if a broker can be reached.
    ///
    /// - Throws: the broker's refusal as a failure.
    func send(_ draft: Draft) throws -> Sending {
        try store.enqueue(draft, at: AgentIDs.system.now())
        let exchange = try exchange(sending: draft.message)
        announce(exchange)
        let receipt = exchange?.receipts.last { $0.message == draft.message }
        let stored = try receipt ?? store.sent(draft.message)?.receipt
        guard let receipt = stored else {
            return .queued(reason: queueingReason(wasReached: exchange != nil))
        }
        if let refusal = receipt.refusal {
            guard !refusal.isRetriable else {
                return .queued(reason: queueingReason(wasReached: true))
            }
            throw CommandFailure(refusal)
        }
        return .answered(receipt)
    }

    /// The failure that tells scripts that a message waits.
    func queuedFailure(_ reason: String) -> CommandFailure {
        CommandFailure(
            .unreachable, isOffline ? "queued" : "unreachable",
            "queued: \(reason); it will be sent by the next careloop command or `careloop run`.")
    }

    /// Tells what else came in while a command talked to the broker.
    func announce(_ exchange: CareAgent.Agent.Exchange?) {
        guard let exchange else { return }
        tellRecalled(exchange)
        guard !exchange.collected.isEmpty else { return }
        let count = exchange.collected.count
        screen.hint(
            count == 1
                ? "1 message arrived. See `careloop inbox`."
                : "\(count) messages arrived. See `careloop inbox`.")
    }

    /// Tells of messages that were here and are gone.
    func tellRecalled(_ exchange: CareAgent.Agent.Exchange) {
        let count = exchange.recalled.count
        guard count > 0 else { return }
        screen.hint(
            (count == 1 ? "1 message was" : "\(count) messages were")
                + " taken back: consent was withdrawn. The documents are erased here.")
    }

    private func queueingReason(wasReached: Bool) -> String {
        if isOffline { return "you work offline" }
        return wasReached ? "the broker is too busy" : "no broker can be reached"
    }
}
