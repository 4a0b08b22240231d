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
        guard let document = submission.document else { return }
        try decide(
            contents: document.contents, about: referral, from: agent, to: mailbox, &step)
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
        contents: [ContentItem]?, about referral: Referral, from agent: Agent,
        to mailbox: Mailbox, _ step: inout Step
    ) throws(Rejection) {
        let clearance = broadestClearance(
            for: referral.patient, to: mailbox, contents: contents, step)
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
    func broadestClearance(
        for patient: PatientKey, to mailbox: Mailbox, contents: [ContentItem]?, _ step: Step
    ) -> Clearance {
        let general = clearance(
            for: patient, to: mailbox, collectedBy: nil, contents: contents, step)
        guard general.refusal != nil else { return general }
        let agents = directory.agents.values.filter { $0.isActive && $0.works(mailbox) }
        for agent in agents.map(\.id).sorted() {
            let clearance = clearance(
                for: patient, to: mailbox, collectedBy: agent, contents: contents, step)
            if clearance.refusal == nil { return clearance }
        }
        return general
    }

    /// What an agent that collects from a mailbox may have of a document: for coordination of
    /// care, or else for the emergency it has declared.
    func clearance(
        for patient: PatientKey, to mailbox: Mailbox, collectedBy agent: AgentID?,
        contents: [ContentItem]?, _ step: Step
    ) -> Clearance {
        let usual = clearance(
            verdict(for: patient, to: mailbox, collectedBy: agent, step), for: .coordinationOfCare,
            patient, contents, step)
        guard usual.refusal != nil, let agent, hasBrokenGlass(agent, for: patient, at: step.now)
        else { return usual }
        let override = clearance(
            verdict(for: patient, to: mailbox, collectedBy: agent, purpose: .breakGlass, step),
            for: .breakGlass, patient, contents, step)
        return override.refusal == nil ? override : usual
    }

    private func clearance(
        _ verdict: Verdict, for purpose: Coding, _ patient: PatientKey, _ contents: [ContentItem]?,
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
            guard let contents else {
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

    /// Takes the verdict on giving a patient's data to a mailbox.
    func verdict(
        for patient: PatientKey, to mailbox: Mailbox, collectedBy agent: AgentID?,
        purpose: Coding = .coordinationOfCare, _ step: Step
    ) -> Verdict {
        let request = ConsentRequest(
            time: step.now, actors: actors(behind: mailbox, collectedBy: agent),
            purposes: [purpose], authorisedPurposes: [purpose],
            actions: [.action("access"), .action("disclose")])
        let consents = step.consents[patient] ?? PatientConsents()
        let implicit =
            purpose == .breakGlass ? policy.breakGlassConsent : policy.implicitConsent
        return consents.compiled.verdict(for: request, policy: implicit)
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
        case .service(let service): actors.append(.service(service.name))
        case .agent(let id):
            agent = agent ?? id
            // What reaches one person reaches the services that person works. Somebody of none is
            // of another service than any that a directive may name.
            let services = directory.agents[id]?.services.sorted() ?? []
            actors += services.map { .service($0.name) }
            if services.isEmpty { actors.append(.service("-")) }
        }
        if let agent {
            actors.append(.enrolled("Practitioner/\(agent)", "agent", agent.name))
        }
        return actors
    }
}

extension ConsentActor {
    fileprivate static func service(_ name: String) -> ConsentActor {
        enrolled("HealthcareService/\(name)", "service", name)
    }

    fileprivate static func enrolled(
        _ reference: String, _ kind: String, _ name: String
    ) -> ConsentActor {
        let identifier = BusinessIdentifier(system: "urn:careloop:\(kind)", value: name)
        return ConsentActor(reference: reference, identifiers: identifier.map { [$0] } ?? [])
    }
}
