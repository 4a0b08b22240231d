internal import CareAgent
internal import CareFHIR
internal import CareModel
internal import CareWire

extension Desk {
    /// Sends a message that must not wait: it is taken now, or forgotten.
    ///
    /// - Parameter consequence: what is so because it was not sent, as a sentence.
    func sendNow(_ draft: Draft, otherwise consequence: String) throws -> WireReceiptItem {
        guard let id = draft.message else {
            preconditionFailure("every message is given an id when it is made")
        }
        // Reached first, so that "not reached" means that nothing was sent.
        announce(try exchange())
        if let outage {
            throw CommandFailure(
                .unreachable, outage.code.name,
                "No broker could be reached. \(consequence) Nothing is kept for later. "
                    + "Check it with `careloop doctor`, then try again.")
        }
        let now = AgentIDs.system.now()
        try store.enqueue(
            draft.submit, payload: nil, at: now, sendBefore: now + deadline + .seconds(2))
        // Whatever happens now, no later command may send it.
        defer { _ = try? store.discard(id) }
        let receipts = try exchange(sending: id)?.receipts ?? []
        let answer = receipts.last { $0.messageID == draft.submit.messageID }
        guard let receipt = try answer ?? store.sent(id)?.receipt else {
            throw CommandFailure(
                .unreachable, "unreachable",
                "The broker stopped answering, so it is not known whether it took this. "
                    + "Nothing is kept for later. Try again: if it has, it says so.")
        }
        guard receipt.outcome == "refused" || !receipt.refusal.code.isEmpty else { return receipt }
        guard receipt.refusal.retriable else { throw CommandFailure(receipt.refusal) }
        throw CommandFailure(
            .unreachable, receipt.refusal.code,
            "The broker is too busy. \(consequence) Nothing is kept for later. "
                + "Try again in a moment.")
    }

    /// The overrides this agent has running for a patient, the newest first.
    func runningBreakGlasses(
        for patient: BusinessIdentifier
    ) throws -> [AgentStore.RunningBreakGlass] {
        try store.runningBreakGlasses(at: AgentIDs.system.now()).filter { $0.patient == patient }
    }

    /// What this machine calls a patient: the alias, or else the identifier.
    func label(of patient: BusinessIdentifier?) throws -> String {
        guard let patient else { return "" }
        return try store.patient(patient)?.alias ?? patient.value
    }

    /// Counts as opened what was collected about overrides that a person has seen now.
    func markOpened(noticesOf ids: Set<BreakGlassID>) throws {
        let notices = try store.inbox(unopenedOnly: true).filter { entry in
            let envelope = entry.deliver.envelope
            return envelope.kind == MessageKind.breakGlassNotice.name
                && BreakGlassID(bytes: envelope.breakGlassID).map(ids.contains) == true
        }
        for entry in notices {
            guard let id = MessageID(bytes: entry.deliver.envelope.messageID) else { continue }
            try store.open(id, at: AgentIDs.system.now())
        }
        if !notices.isEmpty { try exchange() }
    }
}
