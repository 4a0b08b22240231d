internal import CareAgent
internal import CareFHIR
internal import CareModel

extension Desk {
    /// Sends a message that must not wait: it is taken now, or forgotten.
    ///
    /// - Parameter consequence: what is so because it was not sent, as a sentence.
    func sendNow(_ draft: Draft, otherwise consequence: String) throws -> Receipt {
        // Reached first, so that "not reached" means that nothing was sent.
        announce(try exchange())
        if let outage {
            throw CommandFailure(
                .unreachable, outage.code.name,
                "No broker could be reached. \(consequence) Nothing is kept for later. "
                    + "Check it with `careloop doctor`, then try again.")
        }
        let now = AgentIDs.system.now()
        try store.enqueue(draft, at: now, sendBefore: now + deadline + .seconds(2))
        // Whatever happens now, no later command may send it.
        defer { _ = try? store.discard(draft.message) }
        let receipts = try exchange(sending: draft.message)?.receipts ?? []
        let answer = receipts.last { $0.message == draft.message }
        guard let receipt = try answer ?? store.sent(draft.message)?.receipt else {
            throw CommandFailure(
                .unreachable, "unreachable",
                "The broker stopped answering, so it is not known whether it took this. "
                    + "Nothing is kept for later. Try again: if it has, it says so.")
        }
        guard let refusal = receipt.refusal else { return receipt }
        guard refusal.isRetriable else { throw CommandFailure(refusal) }
        throw CommandFailure(
            .unreachable, refusal.code,
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
            entry.envelope.kind == MessageKind.breakGlassNotice
                && entry.envelope.breakGlass.map(ids.contains) == true
        }
        for entry in notices {
            try store.open(
                entry.envelope.message, by: context.actingFor, at: AgentIDs.system.now())
        }
        if !notices.isEmpty { try exchange() }
    }
}
