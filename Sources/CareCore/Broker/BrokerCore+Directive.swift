internal import CareModel

extension DirectiveRecord: SubmissionHandling {
    func addKeys(
        for submission: Submission, from agent: AgentID, in core: BrokerCore,
        to keys: inout FactKeys
    ) {
        keys.careTeams.insert(patient.key)
        keys.waiting[patient.key] = DeliveryID(0)
    }

    func carryOut(
        _ submission: Submission, from agent: Agent, by core: inout BrokerCore, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        try core.record(self, submission, from: agent, &step)
    }
}

extension DirectiveWithdrawal: SubmissionHandling {
    func carryOut(
        _ submission: Submission, from agent: Agent, by core: inout BrokerCore, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        try core.revoke(consent, submission, from: agent, &step)
    }
}

extension BrokerCore {
    /// Records a directive, or a new version of one.
    fileprivate mutating func record(
        _ body: DirectiveRecord, _ submission: Submission, from agent: Agent, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        let id = body.consent
        let patient = body.patient.key
        guard let directive = submission.document?.directive else {
            throw Rejection(.payloadMissing)
        }
        if case .unreadable(let reason) = directive.rule {
            throw Rejection(
                .payloadMismatch,
                "The directive cannot be understood: \(reason). Nothing was recorded.")
        }
        let earlier = step.facts.consents[id]
        if let earlier {
            try requireOwn(earlier, of: agent)
            guard earlier.patient == patient else { throw Rejection(.unknownConsent) }
        } else {
            let relations = relations(of: agent, to: patient, step)
            guard AccessTable.allows(agent.roles, .recordConsent, relations) else {
                throw Rejection(.notAllowed)
            }
        }
        let message = message(for: submission, from: agent, &step)
        step.insert(message, submission.messagePayload)
        let record = ConsentRecord(
            id: id, patient: patient, version: (earlier?.version ?? 0) + 1,
            message: message.number, recordedBy: agent.id, organisation: agent.organisation,
            recordedAt: step.now)
        var named = directive
        named.name = id.description
        named.version = String(record.version)
        named.recorder = record.organisation
        step.consents[patient] = step.consents(of: patient).replacing(
            named.name, with: named)
        return write(record, document: message.payloadHash, submission, by: agent, &step)
    }

    /// Withdraws a directive.
    fileprivate mutating func revoke(
        _ id: ConsentID, _ submission: Submission, from agent: Agent, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        guard var record = step.facts.consents[id] else {
            guard AccessTable.allows(agent.roles, .changeConsent) else {
                throw Rejection(.notAllowed)
            }
            throw Rejection(.unknownConsent)
        }
        try requireOwn(record, of: agent)
        guard record.revokedAt == nil else {
            var item = ReceiptItem(message: submission.id, outcome: .unchanged)
            item.consent = id
            return item
        }
        record.revokedAt = step.now
        step.consents[record.patient] = step.consents(of: record.patient)
            .replacing(id.description)
        return write(record, document: nil, submission, by: agent, &step)
    }

    /// Others' directives do not exist.
    private func requireOwn(_ record: ConsentRecord, of agent: Agent) throws(Rejection) {
        let relations: Set<Relation> =
            record.organisation == agent.organisation ? [.own] : [.stranger]
        guard AccessTable.allows(agent.roles, .changeConsent) else { throw Rejection(.notAllowed) }
        guard AccessTable.allows(agent.roles, .changeConsent, relations) else {
            throw Rejection(.unknownConsent)
        }
    }

    /// Writes a directive's change, and in the same transaction what it means for what waits.
    private mutating func write(
        _ record: ConsentRecord, document: [UInt8]?, _ submission: Submission, by agent: Agent,
        _ step: inout Step
    ) -> ReceiptItem {
        step.facts.consents[record.id] = record
        step.plan.writes.append(.putConsent(record))
        raiseEpoch(of: record.patient, &step)
        let isWithdrawn = record.revokedAt != nil
        var event = AuditEvent(
            isWithdrawn ? .consentRevoked : .consentRecorded, at: step.now,
            outcome: "version \(record.version)")
        event.agent = agent.id
        event.organisation = agent.organisation
        event.patient = record.patient
        event.rule = record.id.description
        event.epoch = step.epoch(of: record.patient)
        step.audit(event)
        reconsider(record.patient, &step)
        var item = ReceiptItem(message: submission.id, outcome: .accepted)
        item.consent = record.id
        item.statement = statement(record, document: document, by: agent, step)
        return item
    }

    /// Counts a change of what a patient permits.
    mutating func raiseEpoch(of patient: PatientKey, _ step: inout Step) {
        var consents = step.consents(of: patient)
        consents.epoch += 1
        step.consents[patient] = consents
        step.plan.writes.append(.raiseConsentEpoch(patient, to: consents.epoch))
    }

    /// What the broker attests of a directive; CLP-1 gives the lines.
    private func statement(
        _ record: ConsentRecord, document: [UInt8]?, by agent: Agent, _ step: Step
    ) -> String {
        """
        careloop consent receipt 1
        consent \(record.id)
        version \(record.version)
        epoch \(step.epoch(of: record.patient))
        action \(record.revokedAt == nil ? "recorded" : "withdrawn")
        at \(step.now.milliseconds)
        agent \(agent.id)
        organisation \(agent.organisation)
        document \(document.map { "sha256:\($0.hexText)" } ?? "-")

        """
    }
}
