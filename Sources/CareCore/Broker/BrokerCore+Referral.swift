public import CareModel

extension ReferralRequest: SubmissionHandling {
    func addKeys(
        for submission: Submission, from agent: AgentID, in core: BrokerCore,
        to keys: inout FactKeys
    ) {
        keys.numbers.insert(ReferralNumber(referral))
        if let previous { keys.threads.insert(.referral(previous)) }
        guard let to, let organisation = core.directory.agents[agent]?.organisation else { return }
        keys.openReferrals.insert(
            OpenReferralKey(patient: patient.key, to: to, initiator: organisation))
    }

    func carryOut(
        _ submission: Submission, from agent: Agent, by core: inout BrokerCore, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        try core.open(self, submission, from: agent, &step)
    }
}

extension ReferralChange: SubmissionHandling {
    func addKeys(
        for submission: Submission, from agent: AgentID, in core: BrokerCore,
        to keys: inout FactKeys
    ) {
        if let next {
            keys.threads.insert(.referral(next))
            keys.numbers.insert(ReferralNumber(next))
        }
        if move == .redirect { keys.requests.insert(referral) }
    }

    func carryOut(
        _ submission: Submission, from agent: Agent, by core: inout BrokerCore, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        guard ![.request, .receive, .referAgain].contains(move) else {
            throw Rejection(
                .invalidField, "The acknowledgement of a delivery, or a request, does that.")
        }
        return try core.make(self, submission, from: agent, &step)
    }
}

extension BrokerCore {
    /// Opens a referral: transition 1, and 18 if it follows an earlier leg.
    fileprivate mutating func open(
        _ request: ReferralRequest, _ submission: Submission, from agent: Agent, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        guard AccessTable.allows(agent.roles, .refer) else { throw Rejection(.notAllowed) }
        let id = request.referral
        let patient = request.patient.key
        guard let reason = request.terms.reason, ReasonSet.request.contains(reason) else {
            throw Rejection(.reasonRequired, ReasonSet.request.prompt)
        }
        try submission.requireDocument()
        guard let to = request.to, let recipient = directory.organisation(of: to) else {
            throw Rejection(.unknownRecipient)
        }
        let replyTo = request.replyTo ?? .agent(agent.id)
        guard agent.works(replyTo) else {
            throw Rejection(.notAllowed, "Answers can only go to a mailbox that you work.")
        }
        try requireNew(id, step)
        let key = OpenReferralKey(patient: patient, to: to, initiator: agent.organisation)
        // What the facts call open may have ended by an earlier input of this step.
        if let open = step.facts.openReferrals[key], !request.allowsDuplicate,
            step.facts.referrals[open]?.state.hasEnded != true
        {
            throw Rejection(
                .possibleDuplicate,
                "\(ReferralNumber(open)) is open for this patient at this service. "
                    + "Repeat with --allow-duplicate if you mean it.")
        }
        let referral = Referral(
            id: id, patient: patient, initiator: agent.organisation, replyTo: replyTo,
            recipient: recipient, to: to, priority: request.priority, reason: reason,
            requestedAt: step.now, previous: request.previous)
        try decide(submission, about: referral, from: agent, to: to, &step)
        try follow(referral, after: request.previous, from: agent, &step)
        step.facts.openReferrals[key] = id
        step.facts.referrers[patient, default: []].insert(agent.organisation)
        return publish(referral, submission, .request, request.terms, from: agent, to: [to], &step)
    }

    /// Nobody may take one referral for another, by its id or by its number.
    func requireNew(_ id: ReferralID, _ step: Step) throws(Rejection) {
        guard step.facts.referrals[id] == nil, step.facts.numbers[ReferralNumber(id)] == nil else {
            throw Rejection(.referralExists)
        }
    }

    /// Ties a new leg to the one it follows (transition 18).
    private mutating func follow(
        _ referral: Referral, after previous: ReferralID?, from agent: Agent, _ step: inout Step
    ) throws(Rejection) {
        guard let previous else { return }
        guard var earlier = step.facts.referrals[previous],
            earlier.initiator == agent.organisation
        else { throw Rejection(.unknownReferral) }
        let outcome = earlier.outcome(of: .referAgain, by: .initiator, reason: referral.reason)
        guard outcome == .newLeg, earlier.next == nil, earlier.patient == referral.patient else {
            throw illegal(earlier, for: agent)
        }
        earlier.next = referral.id
        step.put(earlier)
    }

    /// Moves a referral: transitions 3 to 15, 17, 19, 20 and 21.
    fileprivate mutating func make(
        _ change: ReferralChange, _ submission: Submission, from agent: Agent, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        guard var referral = step.facts.referrals[change.referral],
            Asker(agent).maySee(referral)
        else { throw Rejection(.unknownReferral) }
        let move = change.move
        let reason = change.terms.reason
        let (actor, target) = try judge(
            change, isBare: submission.document == nil, from: agent, on: referral)
        guard let target else { return unchanged(referral, submission) }
        guard change.expectedVersion == referral.version else {
            throw conflict(with: referral)
        }
        if reason == .other, submission.document == nil {
            // The code says nothing, so it needs words, and words travel as payload.
            throw Rejection(.payloadMissing, "The reason `other` needs a comment. Attach one.")
        }
        if reason != nil, !move.takesReason {
            throw Rejection(.invalidField, "The move \(move.rawValue) takes no reason.")
        }
        try checkDetails(of: change)
        try submission.requireDocument()
        // Inspection has held the payload against the envelope; this holds that against the referral.
        guard submission.document == nil || submission.patient?.key == referral.patient else {
            throw Rejection(
                .payloadMismatch, "The document is about another patient than the referral.")
        }

        referral.make(move, to: target, reason: reason, at: step.now)
        let side =
            actor == .coordinator
            ? self.side(of: agent, in: referral, change.terms.onBehalfOf) : actor
        let audience = self.audience(from: side, on: referral)
        for mailbox in audience {
            try decide(submission, about: referral, from: agent, to: mailbox, &step)
        }
        apply(change, from: agent, to: &referral)
        if move == .redirect {
            try redirect(&referral, change, from: agent, &step)
        }
        return publish(
            referral, submission, move, change.terms, from: agent, as: actor, to: audience, &step)
    }

    /// Finds the part in which `agent` may make the move, and where it leads; nil for a no-op.
    private func judge(
        _ change: ReferralChange, isBare: Bool, from agent: Agent, on referral: Referral
    ) throws(Rejection) -> (ReferralActor, ReferralState?) {
        let move = change.move
        let wanted = change.terms.onBehalfOf
        let actors = parts(of: agent, in: referral, wanted)
        guard !actors.isEmpty else { throw Rejection(.notAllowed) }
        var missing: ReasonSet?
        for actor in actors
        where mayMake(move, as: actor, side(of: agent, in: referral, wanted)) {
            switch referral.outcome(of: move, by: actor, reason: change.terms.reason) {
            case .moves(let target): return (actor, target)
            // A colleague's acceptance is not one's own, and words must not vanish in a no-op.
            case .unchanged
            where isBare
                && (move != .accept || referral.assignee == agent.id) && move != .redirect:
                return (actor, nil)
            case .unchanged: continue
            case .reasonMissing(let set): missing = set
            case .illegal, .newLeg: continue
            }
        }
        if let missing { throw Rejection(.reasonRequired, missing.prompt) }
        throw illegal(referral, for: agent)
    }

    /// The parts that `agent` may take in `referral`, the likeliest first.
    func parts(
        of agent: Agent, in referral: Referral, _ onBehalfOf: ReferralActor? = nil
    ) -> [ReferralActor] {
        var parts: [ReferralActor] = []
        if onBehalfOf == nil {
            if agent.organisation == referral.initiator, agent.roles.contains(.referrer),
                AccessTable.allows(.referrer, .move, .own)
            {
                parts.append(.initiator)
            }
            if agent.organisation == referral.recipient, agent.roles.contains(.specialist),
                AccessTable.allows(.specialist, .move, .party),
                agent.works(referral.to) || referral.assignee == agent.id
            {
                parts.append(.recipient)
            }
        }
        if agent.roles.contains(.coordinator), side(of: agent, in: referral, onBehalfOf) != nil,
            Asker(agent).may(.move, referral)
        {
            parts.append(.coordinator)
        }
        return parts
    }

    /// The side a coordinator acts for: the own organisation's, and no other, whatever is asked.
    private func side(
        of coordinator: Agent, in referral: Referral, _ wanted: ReferralActor?
    ) -> ReferralActor? {
        var sides: [ReferralActor] = []
        if coordinator.organisation == referral.initiator { sides.append(.initiator) }
        if coordinator.organisation == referral.recipient { sides.append(.recipient) }
        guard let wanted else { return sides.first }
        return sides.contains(wanted) ? wanted : nil
    }

    /// Whether a coordinator's move is one for that side: only who referred closes the loop.
    private func mayMake(
        _ move: ReferralMove, as actor: ReferralActor, _ side: ReferralActor?
    ) -> Bool {
        actor != .coordinator || move != .acknowledge || side == .initiator
    }

    /// The other side is told.
    private func audience(from side: ReferralActor?, on referral: Referral) -> [Mailbox] {
        side == .initiator ? [mailboxOfRecipient(of: referral)] : [referral.replyTo]
    }

    /// Accepting takes a referral out of the team's pool: what follows goes to who accepted it,
    /// unless that agent is gone.
    func mailboxOfRecipient(of referral: Referral) -> Mailbox {
        guard let assignee = referral.assignee, directory.agents[assignee]?.isActive == true else {
            return referral.to
        }
        return .agent(assignee)
    }

    private func checkDetails(of change: ReferralChange) throws(Rejection) {
        switch change.move {
        case .schedule where change.terms.appointment == nil:
            throw Rejection(.invalidField, "An appointment needs a start and an end.")
        case .redirect where change.to == nil || change.next == nil:
            throw Rejection(
                .invalidField, "A redirection needs a service and an id for the new leg.")
        default:
            break
        }
    }

    private func apply(
        _ change: ReferralChange, from agent: Agent, to referral: inout Referral
    ) {
        switch change.move {
        case .accept:
            referral.assignee = agent.id
            referral.dueAt = change.terms.dueAt
        case .schedule: referral.appointment = change.terms.appointment
        case .ask: referral.dueAt = change.terms.dueAt
        case .redirect: referral.next = change.next
        default: break
        }
    }

    func illegal(_ referral: Referral, for agent: Agent) -> Rejection {
        let allowed = allowedMoves(for: agent.id, in: referral)
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        var refusal = Refusal(
            .illegalMove,
            "\(referral.number) is \(referral.state.rawValue). "
                + (names.isEmpty ? "You can do nothing with it now." : "You can: \(names)."))
        refusal.state = referral.state
        refusal.version = referral.version
        refusal.allowedMoves = allowed
        return Rejection(refusal)
    }

    private func conflict(with referral: Referral) -> Rejection {
        var refusal = Refusal(.staleVersion)
        refusal.state = referral.state
        refusal.version = referral.version
        return Rejection(refusal)
    }

    private func unchanged(_ referral: Referral, _ submission: Submission) -> ReceiptItem {
        var item = ReceiptItem(message: submission.id, outcome: .unchanged)
        item.referral = referral.id
        item.state = referral.state
        item.version = referral.version
        return item
    }
}

extension ReasonSet {
    /// Asks for one of the codes.
    var prompt: String { "Give a reason: \(codes.joined(separator: ", "))." }
}

extension BrokerCore {
    /// The moves that `agent` may make with `referral` now, in the order of the table.
    public func allowedMoves(for agent: AgentID, in referral: Referral) -> [ReferralMove] {
        guard let agent = directory.agents[agent] else { return [] }
        var allowed: Set<ReferralMove> = []
        for part in parts(of: agent, in: referral) {
            let moves = referral.allowedMoves(for: part)
            allowed.formUnion(
                moves.filter { mayMake($0, as: part, side(of: agent, in: referral, nil)) })
        }
        return ReferralMove.allCases.filter(allowed.contains)
    }
}

extension ReferralMove {
    /// Whether some row of the lifecycle gives the move a coded reason.
    fileprivate var takesReason: Bool {
        Transition.table.contains { row in
            guard row.move == self, case .required = row.reason else { return false }
            return true
        }
    }
}
