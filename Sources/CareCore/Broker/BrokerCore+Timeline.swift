internal import CareModel

extension BrokerCore {
    /// Gives what an agent may see of a patient across organisations; each look is audited, and
    /// each document in it is a disclosure.
    mutating func showTimeline(
        of patient: PatientKey, after cursor: MessageNumber, to agent: Agent, on peer: Peer,
        request: UInt64, _ step: inout Step
    ) {
        let relations = relations(of: agent, to: patient, step)
        guard AccessTable.allows(agent.roles, .timeline, relations) else {
            return refuse(
                .timeline, about: patient, by: agent, on: peer, request: request, &step)
        }
        var timeline = Timeline()
        timeline.cursor = cursor.number > 0 ? String(cursor.number) : ""
        var byteCount: UInt64 = 0
        let found = step.facts.timelines[patient] ?? []
        let numbers = found.filter { $0 > cursor }
        let first = numbers.first.flatMap { step.facts.messages[$0] }
        guard step.maySendMore, first.map(step.awaitsInspection) != true else {
            return step.answer(peer, request: request, .error(.busyForAMoment))
        }
        for number in numbers {
            guard let message = step.facts.messages[number] else { continue }
            byteCount += UInt64(message.payloadByteCount)
            guard byteCount <= policy.payloadBytesMax || number == numbers.first else { break }
            // A later part goes on when somebody has looked into the document.
            guard !step.awaitsInspection(message) else { break }
            timeline.cursor = String(number.number)
            step.count(sent: message)
            take(message, into: &timeline, for: agent, &step)
        }
        let isComplete =
            found.count < FactKeys.timelineMax
            && numbers.last.map { String($0.number) == timeline.cursor } != false
        if isComplete { timeline.cursor = "" }
        var event = AuditEvent(
            .timelineRead, at: step.now, outcome: "\(timeline.entries.count) documents")
        event.agent = agent.id
        event.organisation = agent.organisation
        event.patient = patient
        event.purpose =
            relations.contains(.careTeam)
            ? Coding.coordinationOfCare.code : Coding.breakGlass.code
        event.epoch = step.epoch(of: patient)
        step.audit(event)
        step.answer(peer, request: request, .timeline(timeline))
    }

    private mutating func take(
        _ message: Message, into timeline: inout Timeline, for agent: Agent, _ step: inout Step
    ) {
        let referral = message.thread?.referral.flatMap { step.facts.referrals[$0] }
        // What was sent about the wrong patient is no part of this one's history.
        guard referral?.state != .enteredInError, !message.isErased else { return }
        let outcome = disclosureAgain(of: message, referral, to: agent, &step)
        if policy.admitsWithholding, outcome.refusal != nil || outcome.redaction != nil {
            timeline.isPartial = true
        }
        guard outcome.refusal == nil else { return }
        timeline.entries.append(
            Timeline.Entry(message: message, referral: referral, redaction: outcome.redaction))
    }

    /// Decides whether an agent may have a message's document once more, and audits that.
    ///
    /// One's own organisation's words need no consent; the other side's need it again.
    mutating func disclosureAgain(
        of message: Message, _ referral: Referral?, to agent: Agent, _ step: inout Step
    ) -> (redaction: Redaction?, refusal: Refusal?) {
        var event = AuditEvent(.disclosureSent, at: step.now, outcome: "permit")
        event.agent = agent.id
        event.organisation = agent.organisation
        event.recipient = .agent(agent.id)
        event.message = message.number
        event.referral = referral?.id
        event.patient = message.patient
        guard let patient = message.patient else { return (nil, Refusal(.unknownMessage)) }
        switch step.trouble(of: message.number) {
        case .gone: return (nil, Refusal(.unknownMessage))
        case .damaged: return (nil, Refusal(.internalError))
        case .uncopyable, nil: break
        }
        guard message.organisation != agent.organisation else {
            step.audit(event)
            return (nil, nil)
        }
        let clearance = clearance(
            for: patient, from: Sender(message), to: .agent(agent.id), collectedBy: agent.id,
            of: message.number, step)
        event.note(clearance)
        if clearance.refusal == nil {
            step.noteDisclosure(about: patient)
        } else {
            event.kind = .disclosureWithheld
        }
        step.audit(event)
        return (clearance.redaction, clearance.refusal)
    }

    /// Has the accounting of a patient's disclosures read; that somebody reads it is audited first.
    mutating func showDisclosures(
        of patient: PatientKey, _ page: Page, to agent: Agent, on peer: Peer, request: UInt64,
        _ step: inout Step
    ) {
        let relations = relations(of: agent, to: patient, step)
        guard AccessTable.allows(agent.roles, .disclosures, relations) else {
            return refuse(
                .disclosures, about: patient, by: agent, on: peer, request: request, &step)
        }
        var event = AuditEvent(.accountingRead, at: step.now, outcome: "permit")
        event.agent = agent.id
        event.organisation = agent.organisation
        event.patient = patient
        step.audit(event)
        step.plan.inquiries.append(
            Inquiry(
                asker: Asker(agent), peer: peer, request: request,
                subject: .question(.disclosures(patient), page)))
    }

    /// Gives all versions of a directive with its document to the organisation that recorded it.
    func showConsent(
        _ id: ConsentID, to agent: Agent, on peer: Peer, request: UInt64, _ step: inout Step
    ) {
        guard AccessTable.allows(agent.roles, .changeConsent) else {
            return step.answer(peer, request: request, .error(Refusal(.notAllowed)))
        }
        guard let versions = step.facts.consentVersions[id], let newest = versions.last,
            newest.organisation == agent.organisation,
            AccessTable.allows(agent.roles, .changeConsent, [.own])
        else {
            return step.answer(peer, request: request, .error(Refusal(.unknownConsent)))
        }
        // An organisation's look at what it has recorded itself discloses nothing new.
        var event = AuditEvent(.consentChecked, at: step.now, outcome: "shown")
        event.agent = agent.id
        event.organisation = agent.organisation
        event.message = newest.message
        event.patient = newest.patient
        event.rule = id.description
        step.audit(event)
        step.answer(peer, request: request, .consent(versions))
    }
}
