internal import CareModel

extension Replay: SubmissionHandling {
    func addKeys(
        for submission: Submission, from agent: AgentID, in core: BrokerCore,
        to keys: inout FactKeys
    ) {
        keys.deliveries.insert(delivery)
    }

    func carryOut(
        _ submission: Submission, from agent: Agent, by core: inout BrokerCore, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        try core.replay(delivery, submission, from: agent, &step)
    }
}

extension BrokerCore {
    /// Replays a dead letter: one linked new delivery.
    fileprivate mutating func replay(
        _ id: DeliveryID, _ submission: Submission, from agent: Agent, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        guard AccessTable.allows(agent.roles, .replay) else { throw Rejection(.notAllowed) }
        guard let dead = step.facts.deliveries[id],
            let message = step.facts.messages[dead.message],
            AccessTable.allows(agent.roles, .replay, relations(of: agent, to: dead, message))
        else { throw Rejection(.unknownDelivery) }
        guard dead.state == .deadLettered, dead.code != "replayed" else {
            throw Rejection(.notADeadLetter)
        }
        var replayed = dead
        replayed.code = "replayed"
        step.update(replayed)
        var event = AuditEvent(.replayed, at: step.now, outcome: "queued")
        event.agent = agent.id
        event.organisation = agent.organisation
        event.message = message.number
        event.delivery = id
        step.audit(event)
        let renewed = message.expiring(at: step.now + policy.expiry)
        var item = ReceiptItem(message: submission.id, outcome: .accepted)
        item.delivery = enqueue(
            renewed, to: dead.mailbox, replayOf: id, isOrdered: false, &step)
        item.referral = dead.thread?.referral
        return item
    }
}
