internal import CareConsent
internal import CareModel

extension BrokerCore {
    /// Says whether a payload may go to a mailbox, and audits the verdict.
    ///
    /// A message without a payload says nothing clinical and needs no consent: the status or the
    /// cancellation of a referral gets through to a party that may no longer have content.
    mutating func decide(
        _ submission: Submission, about referral: Referral, from agent: Agent, to mailbox: Mailbox,
        _ step: inout Step
    ) throws(Rejection) {
        guard let document = submission.document else { return }
        try decide(
            Inspection(document.contents), about: referral, from: agent, sentBy: Sender(agent),
            to: mailbox, &step)
    }

    /// Decides again for an earlier message that is to go to somebody else.
    mutating func decide(
        _ message: Message, about referral: Referral, from agent: Agent, to mailbox: Mailbox,
        _ step: inout Step
    ) throws(Rejection) {
        guard message.payloadType != nil else { return }
        try decide(
            step.inspections[message.number], about: referral, from: agent,
            sentBy: Sender(message), to: mailbox, &step)
    }

    private mutating func decide(
        _ document: Inspection?, about referral: Referral, from agent: Agent,
        sentBy sender: Sender, to mailbox: Mailbox, _ step: inout Step
    ) throws(Rejection) {
        let clearance = broadestClearance(
            for: referral.patient, from: sender, to: mailbox, document, step)
        var event = AuditEvent(.consentDecided, at: step.now, outcome: "")
        event.agent = agent.id
        event.organisation = agent.organisation
        event.recipient = mailbox
        event.referral = referral.id
        event.patient = referral.patient
        event.note(clearance)
        step.audit(event)
        if let refusal = clearance.refusal { throw Rejection(refusal) }
    }

    /// What a mailbox may have of a document, whoever of its agents collects it.
    ///
    /// A directive may name one of them, or one may have broken the glass: then those who may have
    /// the document count, and the others do not get it when their turn comes.
    mutating func broadestClearance(
        for patient: PatientKey, from sender: Sender, to mailbox: Mailbox,
        of message: MessageNumber, _ step: Step
    ) -> Clearance {
        copyable(
            broadestClearance(
                for: patient, from: sender, to: mailbox, step.inspections[message], step),
            of: message, step)
    }

    private mutating func broadestClearance(
        for patient: PatientKey, from sender: Sender, to mailbox: Mailbox,
        _ document: Inspection?, _ step: Step
    ) -> Clearance {
        let general = clearance(
            for: patient, from: sender, to: mailbox, collectedBy: nil, document, step)
        guard general.refusal != nil else { return general }
        let agents = directory.agents.values.filter { $0.isActive && $0.works(mailbox) }
        for agent in agents.map(\.id).sorted() {
            let clearance = clearance(
                for: patient, from: sender, to: mailbox, collectedBy: agent, document, step)
            if clearance.refusal == nil { return clearance }
        }
        return general
    }

    /// What an agent that collects from a mailbox may have of a document: for coordination of
    /// care, or else for the emergency it has declared.
    mutating func clearance(
        for patient: PatientKey, from sender: Sender, to mailbox: Mailbox,
        collectedBy agent: AgentID?, of message: MessageNumber, _ step: Step
    ) -> Clearance {
        copyable(
            clearance(
                for: patient, from: sender, to: mailbox, collectedBy: agent,
                step.inspections[message], step),
            of: message, step)
    }

    /// Nothing leaves of what cannot be left out of a document.
    private func copyable(
        _ clearance: Clearance, of message: MessageNumber, _ step: Step
    ) -> Clearance {
        guard clearance.redaction != nil, step.trouble(of: message) == .uncopyable else {
            return clearance
        }
        var clearance = clearance
        clearance.redaction = nil
        clearance.refusal = Refusal(.consentLeavesNothing)
        clearance.refusal?.rule = clearance.verdict.explanation
        return clearance
    }

    private mutating func clearance(
        for patient: PatientKey, from sender: Sender, to mailbox: Mailbox,
        collectedBy agent: AgentID?, _ document: Inspection?, _ step: Step
    ) -> Clearance {
        let usual = clearance(
            verdict(for: patient, from: sender, to: mailbox, collectedBy: agent, step),
            for: .coordinationOfCare, patient, document, step)
        guard usual.refusal != nil, let agent, hasBrokenGlass(agent, for: patient, step)
        else { return usual }
        let override = clearance(
            verdict(
                for: patient, from: sender, to: mailbox, collectedBy: agent, purpose: .breakGlass,
                step), for: .breakGlass, patient, document, step)
        return override.refusal == nil ? override : usual
    }

    private func clearance(
        _ verdict: Verdict, for purpose: Coding, _ patient: PatientKey, _ document: Inspection?,
        _ step: Step
    ) -> Clearance {
        var clearance = Clearance(
            verdict: verdict, purpose: purpose, epoch: step.epoch(of: patient))
        switch verdict.outcome {
        case .deny: clearance.refusal = Refusal(.consentRefused)
        case .hold: clearance.refusal = Refusal(.consentUndecided)
        case .permit:
            guard !verdict.obligations.isEmpty || !verdict.classes.isEmpty else { break }
            // What nobody could look into may hold anything.
            guard let contents = document?.items else {
                clearance.refusal = Refusal(.consentUndecided)
                break
            }
            switch verdict.release(of: contents) {
            case .whole: break
            case .part(let places):
                clearance.redaction = Redaction(
                    places: places, isAdmitted: policy.admitsWithholding)
            case .nothing: clearance.refusal = Refusal(.consentLeavesNothing)
            }
        }
        clearance.refusal?.rule = verdict.explanation
        return clearance
    }

    /// What is done with data that somebody is given.
    private static let actionsOfDelivery: [Coding] = [.action("access"), .action("disclose")]

    /// Takes the verdict on giving a patient's data to a mailbox.
    mutating func verdict(
        for patient: PatientKey, from sender: Sender, to mailbox: Mailbox,
        collectedBy agent: AgentID?, purpose: Coding = .coordinationOfCare, _ step: Step
    ) -> Verdict {
        let request = ConsentRequest(
            time: step.now, recipient: parties.recipient(mailbox, collectedBy: agent),
            sender: parties.sender(sender), purposes: [purpose],
            authorisedPurposes: [purpose], actions: Self.actionsOfDelivery)
        let consents = step.consents(of: patient)
        let implicit =
            purpose == .breakGlass ? policy.breakGlassConsent : policy.implicitConsent
        return consents.compiled.verdict(for: request, policy: implicit)
    }
}
