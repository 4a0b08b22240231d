internal import CareModel

extension OverrideStart: SubmissionHandling {
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
        try core.breakGlass(self, submission, from: agent, &step)
    }
}

extension OverrideEnd: SubmissionHandling {
    func carryOut(
        _ submission: Submission, from agent: Agent, by core: inout BrokerCore, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        try core.endBreakGlass(breakGlass, submission, from: agent, &step)
    }
}

extension OverrideReview: SubmissionHandling {
    func carryOut(
        _ submission: Submission, from agent: Agent, by core: inout BrokerCore, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        try core.reviewBreakGlass(self, submission, from: agent, &step)
    }
}

extension BrokerCore {
    /// The shortest reason that says something, in bytes.
    private static let wordsByteCountMin = 10

    /// Whether an agent has overridden a patient's consent and still may.
    func hasBrokenGlass(_ agent: AgentID, for patient: PatientKey, _ step: Step) -> Bool {
        guard let roles = directory.agents[agent]?.roles, AccessTable.allows(roles, .breakGlass)
        else { return false }
        return step.consents[patient]?.overrides.contains {
            $0.agent == agent && step.now < $0.endsAt
        } == true
    }

    /// Overrides a patient's consent for one agent: audited, and the custodians are told at once.
    fileprivate mutating func breakGlass(
        _ start: OverrideStart, _ submission: Submission, from agent: Agent, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        let patient = start.patient.key
        let id = BreakGlassID(submission.id.uuid)
        guard step.facts.breakGlasses[id] == nil else { throw Rejection(.duplicateConflict) }
        let relations = relations(of: agent, to: patient, step)
        guard AccessTable.allows(agent.roles, .breakGlass) else { throw Rejection(.notAllowed) }
        // Not renewable silently: each override has a reason and a review of its own.
        guard AccessTable.allows(agent.roles, .breakGlass, relations.subtracting([.emergency])),
            !relations.contains(.emergency)
        else { throw Rejection(.breakGlassHolds) }
        guard let words = start.words, words.utf8.count >= Self.wordsByteCountMin else {
            throw Rejection(
                .reasonRequired, "Say in a few words why consent must be overridden.")
        }
        let careTeam = step.facts.careTeams[patient] ?? []
        let others = careTeam.subtracting([agent.organisation])
        let glass = BreakGlass(
            id: id, patient: patient, patientIdentifier: start.patient.identifier,
            agent: agent.id, organisation: agent.organisation,
            custodians: (others.isEmpty ? [agent.organisation] : others).sorted(), reason: words,
            startedAt: step.now, endsAt: step.now + policy.breakGlassDuration)
        put(glass, .breakGlassStarted, "started", by: agent, &step)
        for custodian in glass.custodians { notify(custodian, of: glass, &step) }
        reconsider(patient, &step)
        return accepted(submission, glass)
    }

    /// Ends an override before its time.
    fileprivate mutating func endBreakGlass(
        _ id: BreakGlassID, _ submission: Submission, from agent: Agent, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        guard let glass = step.facts.breakGlasses[id], glass.agent == agent.id else {
            throw Rejection(.unknownBreakGlass)
        }
        guard glass.endedAt == nil else { return unchanged(submission, glass) }
        end(glass, "stopped", by: agent, &step)
        return accepted(submission, glass)
    }

    /// Notes what somebody else found; what was no emergency ends at once.
    fileprivate mutating func reviewBreakGlass(
        _ review: OverrideReview, _ submission: Submission, from agent: Agent,
        _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        guard AccessTable.allows(agent.roles, .reviewBreakGlass) else {
            throw Rejection(.notAllowed)
        }
        guard var glass = step.facts.breakGlasses[review.breakGlass],
            Asker(agent).mayReview(glass)
        else { throw Rejection(.unknownBreakGlass) }
        let finding = review.finding
        if let earlier = glass.review {
            guard earlier.finding != finding else { return unchanged(submission, glass) }
            throw Rejection(
                .notAllowed, "It was found \(earlier.finding.rawValue) already.")
        }
        if glass.endedAt == nil, finding == .unjustified {
            end(glass, "unjustified", by: agent, &step)
            glass.endedAt = step.now
        }
        glass.review = BreakGlass.Review(
            reviewer: agent.id, organisation: agent.organisation, at: step.now, finding: finding)
        put(glass, .breakGlassReviewed, finding.rawValue, by: agent, &step)
        return accepted(submission, glass)
    }

    /// Ends the overrides whose time is over.
    mutating func expireBreakGlasses(_ step: inout Step) {
        let now = step.now
        end(step.facts.breakGlasses.values.filter { $0.endsAt <= now }, "expired", &step)
    }

    /// Ends an agent's overrides, as its key is taken away.
    mutating func endBreakGlasses(of agent: AgentID, _ step: inout Step) {
        end(step.facts.breakGlasses.values.filter { $0.agent == agent }, "revoked", &step)
    }

    /// Ends the overrides of a patient's consent, as there is nothing left to see.
    mutating func endBreakGlasses(for patient: PatientKey, _ step: inout Step) {
        end(step.consents[patient]?.overrides ?? [], "shredded", &step)
    }

    private mutating func end(_ glasses: [BreakGlass], _ outcome: String, _ step: inout Step) {
        for glass in glasses.sorted(by: { $0.id < $1.id }) where glass.endedAt == nil {
            end(glass, outcome, by: nil, &step)
        }
    }

    private mutating func end(
        _ glass: BreakGlass, _ outcome: String, by agent: Agent?, _ step: inout Step
    ) {
        var glass = glass
        glass.endedAt = step.now
        put(glass, .breakGlassEnded, outcome, by: agent, &step)
        // What only the override let go, and nobody has acknowledged, comes back.
        reconsider(glass.patient, &step)
    }

    private mutating func put(
        _ glass: BreakGlass, _ kind: AuditEvent.Kind, _ outcome: String, by agent: Agent?,
        _ step: inout Step
    ) {
        step.facts.breakGlasses[glass.id] = glass
        step.consents[glass.patient]?.put(glass)
        // What may be released changes with its begin and its end; and whoever knows it of an epoch
        // has to know its review.
        raiseEpoch(of: glass.patient, &step)
        step.plan.writes.append(.putBreakGlass(glass))
        var event = AuditEvent(kind, at: step.now, outcome: outcome)
        event.agent = agent?.id ?? glass.agent
        event.organisation = agent?.organisation ?? glass.organisation
        event.patient = glass.patient
        event.rule = glass.id.description
        event.purpose = Coding.breakGlass.code
        event.epoch = step.epoch(of: glass.patient)
        step.audit(event)
    }

    /// Tells those of an organisation who may judge the override; everybody, if nobody may.
    private mutating func notify(
        _ organisation: OrganisationID, of glass: BreakGlass, _ step: inout Step
    ) {
        let members = directory.agents.values
            .filter { $0.organisation == organisation && $0.isActive && $0.id != glass.agent }
            .sorted { $0.id < $1.id }
        let reviewers = members.filter { Asker($0).mayReview(glass) }
        var details = MessageDetails()
        details.patient = glass.patientIdentifier
        let notice = Message(
            number: step.nextMessage(), id: MessageID(step.uuid()), kind: .breakGlassNotice,
            acceptedAt: step.now, sender: nil, organisation: nil, thread: .override(glass.id),
            patient: glass.patient, state: nil, version: 0, reason: nil,
            expiresAt: step.now + policy.expiryMax, details: details)
        step.insert(notice, .none)
        for member in reviewers.isEmpty ? members : reviewers {
            enqueue(notice, to: .agent(member.id), isOrdered: false, &step)
        }
    }

    private func accepted(_ submission: Submission, _ glass: BreakGlass) -> ReceiptItem {
        var item = ReceiptItem(message: submission.id, outcome: .accepted)
        item.breakGlass = glass.id
        return item
    }

    private func unchanged(_ submission: Submission, _ glass: BreakGlass) -> ReceiptItem {
        var item = ReceiptItem(message: submission.id, outcome: .unchanged)
        item.breakGlass = glass.id
        return item
    }
}
