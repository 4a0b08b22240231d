internal import CareModel

extension BrokerCore {
    /// Writes an accepted move: the message, the referral, a delivery for each mailbox, events.
    mutating func publish(
        _ referral: Referral, _ submission: Submission, _ move: ReferralMove,
        _ terms: MoveTerms, from agent: Agent, as actor: ReferralActor = .initiator,
        to audience: [Mailbox], _ step: inout Step
    ) -> ReceiptItem {
        var details = MessageDetails()
        details.appointment = terms.appointment
        details.dueAt = terms.dueAt
        details.isBlocking = terms.isBlocking
        details.actingAs = actor
        details.patient = submission.document == nil ? nil : submission.patient?.identifier
        details.onBehalfOf = terms.onBehalfOf
        let message = self.message(
            for: submission, from: agent, about: referral, reason: terms.reason, details: details,
            &step)
        step.insert(message, submission.messagePayload)
        if let document = submission.document {
            step.inspections[message.number] = Inspection(document.contents)
        }
        step.put(referral)
        audit(move, of: referral, by: agent, message.number, &step)
        announce(referral, move, &step)
        for mailbox in audience { enqueue(message, to: mailbox, &step) }

        var item = ReceiptItem(message: submission.id, outcome: .accepted)
        item.referral = referral.id
        item.state = referral.state
        item.version = referral.version
        return item
    }

    /// Closes a leg and opens the next at another service with the first one's document
    /// (transition 5).
    mutating func redirect(
        _ referral: inout Referral, _ change: ReferralChange, from agent: Agent,
        _ step: inout Step
    ) throws(Rejection) {
        guard let to = change.to, let recipient = directory.organisation(of: to) else {
            throw Rejection(.unknownRecipient)
        }
        guard let nextID = change.next else { throw Rejection(.invalidField) }
        try requireNew(nextID, step)
        guard let first = step.facts.requests[referral.id].flatMap({ step.facts.messages[$0] })
        else { throw Rejection(.internalError) }
        guard !step.awaitsInspection(first) else { throw Rejection(.busyForAMoment) }
        let leg = Referral(
            id: nextID, patient: referral.patient, initiator: referral.initiator,
            replyTo: referral.replyTo, recipient: recipient, to: to, priority: referral.priority,
            reason: referral.reason, requestedAt: step.now, previous: referral.id)
        try decide(first, about: leg, from: agent, to: to, &step)
        let request = Message(
            number: step.nextMessage(), id: MessageID(step.uuid()), kind: .move(.request),
            acceptedAt: step.now, sender: first.sender, organisation: first.organisation,
            thread: .referral(leg.id), patient: leg.patient, state: leg.state, version: leg.version,
            reason: leg.reason, expiresAt: step.now + policy.expiry, details: first.details,
            payloadType: first.payloadType, payloadHash: first.payloadHash,
            payloadByteCount: first.payloadByteCount)
        step.inspections[request.number] = step.inspections[first.number]
        step.insert(request, .same(first.number))
        step.put(leg)
        audit(.request, of: leg, by: agent, request.number, &step)
        announce(leg, .request, &step)
        enqueue(request, to: to, &step)
    }

    /// Tells both organisations' streams that a referral moved.
    func announce(_ referral: Referral, _ move: ReferralMove, _ step: inout Step) {
        let event = Event(
            kind: .referral, at: step.now, subject: .referral(ReferralSummary(referral)), move: move
        )
        append(event, to: .organisation(referral.initiator), &step)
        guard referral.recipient != referral.initiator else { return }
        append(event, to: .organisation(referral.recipient), &step)
    }

    /// Puts an event at the next place of a stream.
    func append(_ event: Event, to name: StreamName, _ step: inout Step) {
        guard streams[name] != nil else { return }
        step.append(event, to: name)
    }

    func audit(
        _ move: ReferralMove, of referral: Referral, by agent: Agent?, _ message: MessageNumber?,
        _ step: inout Step
    ) {
        var event = AuditEvent(.referralMoved, at: step.now, outcome: referral.state.rawValue)
        event.agent = agent?.id
        event.organisation = agent?.organisation
        event.message = message
        event.referral = referral.id
        event.patient = referral.patient
        event.rule = move.rawValue
        step.audit(event)
    }
}
