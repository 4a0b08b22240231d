internal import CareModel

extension BrokerCore {
    /// Answers a question, or has it answered beside the loop.
    ///
    /// Content and consent are decided here: both need a verdict, and a disclosure its audit event.
    mutating func ask(
        _ question: Question, page: Page, by agent: Agent, on peer: Peer, request: UInt64,
        _ step: inout Step
    ) {
        switch question {
        case .content(let message):
            disclose(message, to: agent, on: peer, request: request, &step)
        case .consentCheck(let patient, let mailbox):
            check(patient, mailbox, by: agent, on: peer, request: request, &step)
        case .consent(let id):
            showConsent(id, to: agent, on: peer, request: request, &step)
        case .timeline(let patient):
            guard let cursor = page.number else {
                return step.answer(peer, request: request, .error(Refusal(.invalidField)))
            }
            showTimeline(
                of: patient, after: MessageNumber(cursor), to: agent, on: peer, request: request,
                &step)
        case .disclosures(let patient):
            showDisclosures(of: patient, page, to: agent, on: peer, request: request, &step)
        case .consents where !AccessTable.allows(agent.roles, .changeConsent),
            .deadLetters where !Asker(agent).maySeeDeadLetters,
            .breakGlasses where !AccessTable.allows(agent.roles, .reviewBreakGlass):
            step.answer(peer, request: request, .error(Refusal(.notAllowed)))
        case .worklist(.inbox(let mailboxes)):
            // Nobody but who works a mailbox sees what is in it; no name means all of one's own.
            let own = mailboxes.isEmpty ? agent.mailboxes : mailboxes.filter(agent.works)
            step.plan.inquiries.append(
                Inquiry(
                    asker: Asker(agent), peer: peer, request: request,
                    subject: .question(.worklist(.inbox(own)), page)))
        default:
            step.plan.inquiries.append(
                Inquiry(
                    asker: Asker(agent), peer: peer, request: request,
                    subject: .question(question, page)))
        }
    }

    /// Gives a message's document to a colleague of the agent that collected it.
    private mutating func disclose(
        _ id: MessageID, to agent: Agent, on peer: Peer, request: UInt64, _ step: inout Step
    ) {
        guard let message = step.facts.messageIDs[id].flatMap({ step.facts.messages[$0] }),
            let referral = message.thread?.referral.flatMap({ step.facts.referrals[$0] }),
            Asker(agent).may(.read, referral), message.payloadType != nil, !message.isErased,
            message.organisation == agent.organisation || referral.state.wasReceived
        else {
            return step.answer(peer, request: request, .error(Refusal(.unknownMessage)))
        }
        guard step.maySendMore, !step.awaitsInspection(message) else {
            return step.answer(peer, request: request, .error(.busyForAMoment))
        }
        step.count(sent: message)
        let (redaction, refusal) = disclosureAgain(of: message, referral, to: agent, &step)
        step.answer(
            peer, request: request,
            refusal.map { .error($0) } ?? .content(message, referral, redaction))
    }

    private mutating func check(
        _ patient: PatientKey, _ mailbox: Mailbox, by agent: Agent, on peer: Peer,
        request: UInt64, _ step: inout Step
    ) {
        // What a patient has said is itself confidential, and so is whether one is known here: only
        // who has something to do with the patient may ask.
        var relations = relations(of: agent, to: patient, step)
        let own = ownDirectives(of: agent, about: patient, step)
        let hasReferred = step.facts.referrers[patient]?.contains(agent.organisation) == true
        if hasReferred || !own.isEmpty { relations.insert(.own) }
        guard AccessTable.allows(agent.roles, .checkConsent, relations) else {
            return refuse(
                .checkConsent, about: patient, by: agent, on: peer, request: request, &step)
        }
        guard directory.organisation(of: mailbox) != nil else {
            return step.answer(peer, request: request, .error(Refusal(.unknownRecipient)))
        }
        let usual = verdict(
            for: patient, from: Sender(agent), to: mailbox, collectedBy: nil, step)
        let override = verdict(
            for: patient, from: Sender(agent), to: mailbox, collectedBy: nil, purpose: .breakGlass,
            step)
        // Who is not of the care team learns of what the patient has said only what its own
        // organisation has recorded.
        let known = relations.contains(.careTeam) ? nil : own
        let decision = ConsentDecision(
            verdict: usual.naming(known), breakGlass: override.naming(known))
        var event = AuditEvent(
            .consentChecked, at: step.now, outcome: decision.verdict.outcome.rawValue)
        event.agent = agent.id
        event.organisation = agent.organisation
        event.recipient = mailbox
        event.patient = patient
        event.rule = usual.explanation
        event.epoch = step.epoch(of: patient)
        step.audit(event)
        step.answer(peer, request: request, .decision(decision))
    }

    private func ownDirectives(
        of agent: Agent, about patient: PatientKey, _ step: Step
    ) -> Set<String> {
        let directives = step.consents[patient]?.directives ?? []
        return Set(directives.filter { $0.recorder == agent.organisation }.map(\.name))
    }

    /// Gives a stream's topic to an agent that may follow it.
    mutating func subscribe(
        to name: StreamName, by agent: Agent, on peer: Peer, request: UInt64, _ step: inout Step
    ) {
        guard mayFollow(name, agent), let stream = streams[name] else {
            return step.answer(peer, request: request, .error(Refusal(.unknownStream)))
        }
        sessions.follow(name, on: peer)
        step.answer(peer, request: request, .topic(step.current(stream)))
    }

    /// Has events read again for an agent that missed them.
    mutating func fetch(
        _ name: StreamName, _ epoch: UInt32, from: UInt64, to: UInt64, by agent: Agent,
        on peer: Peer, _ request: UInt64, _ step: inout Step
    ) {
        guard mayFollow(name, agent), let stream = streams[name] else {
            return step.answer(peer, request: request, .error(Refusal(.unknownStream)))
        }
        guard epoch == stream.epoch else {
            return step.answer(peer, request: request, .error(Refusal(.staleEpoch)))
        }
        let head = step.current(stream).head
        let last = to == 0 ? head : min(to, head)
        step.plan.inquiries.append(
            Inquiry(
                asker: Asker(agent), peer: peer, request: request,
                subject: .events(stream, from: max(1, from), to: last)))
    }

    private func mayFollow(_ name: StreamName, _ agent: Agent) -> Bool {
        switch name {
        case .organisation(let organisation):
            organisation == agent.organisation && AccessTable.allows(agent.roles, .see, [.own])
        case .mailbox(let mailbox): agent.works(mailbox)
        }
    }
}

extension Verdict {
    /// The same answer with no directives named but these; all, for nil.
    fileprivate func naming(_ directives: Set<String>?) -> Verdict {
        guard let directives else { return self }
        return Verdict(
            decision: decision, outcome: outcome,
            basis: basis.filter { directives.contains($0.directive) },
            skipped: skipped.filter { directives.contains($0.directive) },
            implicitPolicy: implicitPolicy)
    }
}

extension Refusal {
    /// Says that so much is asked for at once that this has to be asked again.
    static var busyForAMoment: Refusal {
        var refusal = Refusal(.busy)
        refusal.retryAfter = .seconds(1)
        return refusal
    }
}

extension ReferralState {
    /// Whether the recipient's side has collected the request: before that, or if it never did,
    /// there is nothing of it that a colleague could look at again.
    fileprivate var wasReceived: Bool {
        switch self {
        case .draft, .requested, .expired, .failed, .cancelled, .enteredInError: false
        default: true
        }
    }
}
