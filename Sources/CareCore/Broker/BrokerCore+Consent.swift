internal import CareConsent
internal import CareModel

extension BrokerCore {
    /// Says whether a payload may go to a mailbox, and audits the verdict.
    ///
    /// A message without a payload says nothing clinical and needs no consent: the status or the
    /// cancellation of a referral gets through to a party that may no longer have content.
    func decide(
        _ submission: Submission, about referral: Referral, from agent: Agent, to mailbox: Mailbox,
        _ step: inout Step
    ) throws(Rejection) {
        guard submission.payload != nil else { return }
        try decide(
            contents: submission.contents, about: referral, from: agent, to: mailbox, &step)
    }

    /// Decides again for an earlier message that is to go to somebody else.
    func decide(
        _ message: Message, about referral: Referral, from agent: Agent, to mailbox: Mailbox,
        _ step: inout Step
    ) throws(Rejection) {
        guard message.payloadType != nil else { return }
        try decide(
            contents: step.contents[message.number], about: referral, from: agent, to: mailbox,
            &step)
    }

    private func decide(
        contents: [ContentResource]?, about referral: Referral, from agent: Agent,
        to mailbox: Mailbox, _ step: inout Step
    ) throws(Rejection) {
        let (verdict, refusal) = broadestVerdict(
            for: referral.patient, to: mailbox, contents: contents, step)
        var event = AuditEvent(
            .consentDecided, at: step.now,
            outcome: refusal?.code.rawValue ?? Verdict.Outcome.permit.rawValue)
        event.agent = agent.id
        event.organisation = agent.organisation
        event.recipient = mailbox
        event.referral = referral.id
        event.patient = referral.patient
        event.rule = verdict.explanation
        step.audit(event)
        if let refusal { throw Rejection(refusal) }
    }

    /// Takes the verdict on giving content to a mailbox, whoever of its agents collects it.
    ///
    /// A directive may name one of them: then those it lets have the content count, and the others
    /// do not get it when their turn comes.
    func broadestVerdict(
        for patient: PatientKey, to mailbox: Mailbox, contents: [ContentResource]?, _ step: Step
    ) -> (Verdict, Refusal?) {
        let general = verdict(for: patient, to: mailbox, collectedBy: nil, step)
        guard let refusal = refusal(for: general, contents: contents) else { return (general, nil) }
        let agents = directory.agents.values.filter { $0.isActive && $0.works(mailbox) }
        for agent in agents.map(\.id).sorted() {
            let verdict = verdict(for: patient, to: mailbox, collectedBy: agent, step)
            if self.refusal(for: verdict, contents: contents) == nil { return (verdict, nil) }
        }
        return (general, refusal)
    }

    /// Takes the verdict on giving a patient's data to a mailbox, for coordination of care.
    func verdict(
        for patient: PatientKey, to mailbox: Mailbox, collectedBy agent: AgentID?, _ step: Step
    ) -> Verdict {
        let request = ConsentRequest(
            time: step.now, actors: actors(behind: mailbox, collectedBy: agent),
            purposes: [.coordinationOfCare], authorisedPurposes: [.coordinationOfCare],
            actions: [.action("access"), .action("disclose")])
        let consents = step.consents[patient] ?? PatientConsents()
        return consents.compiled.verdict(for: request, policy: policy.implicitConsent)
    }

    /// Why a verdict does not let this content go; nil if it does.
    ///
    /// Content that was never inspected, or of which a rule would take something out, stays here:
    /// a partial copy would have to be made, and this broker makes none.
    func refusal(for verdict: Verdict, contents: [ContentResource]?) -> Refusal? {
        var refusal: Refusal?
        switch verdict.outcome {
        case .permit:
            let isWhole =
                (verdict.obligations.isEmpty && verdict.classes.isEmpty)
                || contents.map { verdict.releases($0).allSatisfy(\.self) } == true
            if !isWhole { refusal = Refusal(.consentNeedsRedaction) }
        case .deny: refusal = Refusal(.consentRefused)
        case .hold: refusal = Refusal(.consentUndecided)
        }
        refusal?.rule = verdict.explanation
        return refusal
    }

    /// All names under which directives may speak of who would get the data.
    private func actors(
        behind mailbox: Mailbox, collectedBy collector: AgentID?
    ) -> [ConsentActor] {
        var actors: [ConsentActor] = []
        if let organisation = directory.organisation(of: mailbox) {
            actors.append(.organisation(organisation))
            actors.append(
                ConsentActor(
                    reference: "Organization/\(organisation)",
                    identifiers: directory.organisations[organisation]?.identifiers ?? []))
        }
        var agent = collector
        switch mailbox {
        case .service(let service):
            actors.append(.enrolled("HealthcareService/\(service)", "service", service.name))
        case .agent(let id): agent = agent ?? id
        }
        if let agent {
            actors.append(.enrolled("Practitioner/\(agent)", "agent", agent.name))
        }
        return actors
    }

    /// Records a directive, or a new version of one.
    mutating func record(
        _ submission: Submission, from agent: Agent, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        guard !agent.roles.isDisjoint(with: [.referrer, .specialist, .coordinator]) else {
            throw Rejection(.notAllowed)
        }
        guard let id = submission.consent, let patient = submission.patient,
            let directive = submission.directive
        else {
            throw Rejection(.invalidField, "A directive needs an id, a patient and a document.")
        }
        if case .unreadable(let reason) = directive.rule {
            throw Rejection(
                .payloadMismatch,
                "The directive cannot be understood: \(reason). Nothing was recorded.")
        }
        let earlier = step.facts.consents[id]
        guard
            earlier == nil
                || (earlier?.patient == patient && earlier?.organisation == agent.organisation)
        else { throw Rejection(.unknownConsent) }

        let message = message(for: submission, from: agent, about: nil, at: step.now)
        step.insert(message, submission.messagePayload)
        let record = ConsentRecord(
            id: id, patient: patient, version: (earlier?.version ?? 0) + 1,
            message: message.number, recordedBy: agent.id, organisation: agent.organisation,
            recordedAt: step.now)
        var named = directive
        named.name = id.description
        named.version = String(record.version)
        step.consents[patient] = (step.consents[patient] ?? PatientConsents()).replacing(
            named.name, with: named)
        return write(record, .consentRecorded, submission, by: agent, &step)
    }

    /// Withdraws a directive.
    mutating func revoke(
        _ submission: Submission, from agent: Agent, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        guard !agent.roles.isDisjoint(with: [.referrer, .specialist, .coordinator]) else {
            throw Rejection(.notAllowed)
        }
        guard let id = submission.consent, var record = step.facts.consents[id],
            record.organisation == agent.organisation
        else { throw Rejection(.unknownConsent) }
        guard record.revokedAt == nil else {
            var item = ReceiptItem(message: submission.id, outcome: .unchanged)
            item.consent = id
            return item
        }
        record.revokedAt = step.now
        step.consents[record.patient] = step.consents[record.patient]?.replacing(id.description)
        return write(record, .consentRevoked, submission, by: agent, &step)
    }

    private mutating func write(
        _ record: ConsentRecord, _ kind: AuditEvent.Kind, _ submission: Submission,
        by agent: Agent, _ step: inout Step
    ) -> ReceiptItem {
        step.facts.consents[record.id] = record
        step.plan.consentsChanged.insert(record.patient)
        step.plan.writes.append(.putConsent(record))
        // What waits for a verdict on this patient gets a new one at its next turn.
        step.plan.writes.append(.release(record.patient, at: step.now))
        for mailbox in looks.keys { looks[mailbox] = step.moment.uptime }
        var event = AuditEvent(kind, at: step.now, outcome: "version \(record.version)")
        event.agent = agent.id
        event.organisation = agent.organisation
        event.patient = record.patient
        event.rule = record.id.description
        step.audit(event)
        var item = ReceiptItem(message: submission.id, outcome: .accepted)
        item.consent = record.id
        return item
    }
}

extension ConsentActor {
    fileprivate static func enrolled(
        _ reference: String, _ kind: String, _ name: String
    ) -> ConsentActor {
        let identifier = BusinessIdentifier(system: "urn:careloop:\(kind)", value: name)
        return ConsentActor(reference: reference, identifiers: identifier.map { [$0] } ?? [])
    }
}
