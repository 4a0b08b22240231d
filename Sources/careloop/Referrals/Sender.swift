internal import CareAgent
internal import CareModel
internal import CareWire

/// Says what became of a message that was handed over.
enum Sending {
    /// The broker has taken it, or had nothing to do.
    case answered(WireReceiptItem)
    /// It waits in the outbox for the next command or for `careloop run`.
    case queued(reason: String)
}

extension Desk {
    /// Puts a message into the outbox and sends it if a broker can be reached.
    ///
    /// - Throws: the broker's refusal as a failure.
    func send(_ submit: WireSubmit, payload: Payload?) throws -> Sending {
        guard let id = MessageID(bytes: submit.messageID) else {
            preconditionFailure("every message is given an id when it is made")
        }
        try store.enqueue(submit, payload: payload, at: AgentIDs.system.now())
        let exchange = try exchange(sending: id)
        announce(exchange)
        let receipts = exchange?.receipts.filter { $0.messageID == submit.messageID } ?? []
        let stored = try receipts.last ?? store.sent(id)?.receipt
        guard let receipt = stored else {
            return .queued(reason: queueingReason(wasReached: exchange != nil))
        }
        if receipt.hasRefusal, !receipt.refusal.code.isEmpty {
            guard !receipt.refusal.retriable else {
                return .queued(reason: queueingReason(wasReached: true))
            }
            throw CommandFailure(receipt.refusal)
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
