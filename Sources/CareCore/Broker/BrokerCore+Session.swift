internal import CareModel

extension BrokerCore {
    /// Says how a session ended: only an agent that vanished is suspected of what it held.
    enum SessionEnd {
        case said
        case crashed
    }

    mutating func take(
        _ saying: AgentSaying, from agent: AgentID, on peer: Peer, request: UInt64,
        _ step: inout Step
    ) {
        guard let enrolled = directory.agents[agent], enrolled.isActive else {
            return step.answerAtOnce(peer, request: request, .bye(Refusal(.revoked)))
        }
        if case .hello(let hello) = saying {
            return open(hello, for: enrolled, on: peer, request: request, &step)
        }
        if case .unusable(let refusal) = saying {
            return step.answerAtOnce(peer, request: request, .error(refusal))
        }
        if case .unusableAbout(let delivery, let refusal) = saying {
            return step.answerAtOnce(
                peer, request: request, .errorAbout(delivery, refusal, request: request))
        }
        guard sessions[peer]?.agent == agent else {
            return step.answerAtOnce(peer, request: request, .resync)
        }
        sessions[peer]?.lastHeard = step.moment.uptime
        switch saying {
        case .submit(let submission):
            submit(submission, from: enrolled, on: peer, request: request, &step)
        case .credit(let messages, let byteCount, let drain):
            credit(peer, messages: messages, byteCount: byteCount, drain: drain, request, &step)
        case .ack(let delivery, let fence, let displayed):
            acknowledge(
                delivery, fence, displayed: displayed, by: agent, on: peer, request: request, &step)
        case .refuse(let delivery, let fence, let reason):
            refuse(delivery, fence, reason: reason, by: agent, on: peer, request: request, &step)
        case .defer(let delivery, let fence, let notBefore):
            postpone(
                delivery, fence, until: notBefore, by: agent, on: peer, request: request, &step)
        case .extend(let delivery, let fence):
            extend(delivery, fence, by: agent, on: peer, request: request, &step)
        case .query(let question, let page):
            ask(question, page: page, by: enrolled, on: peer, request: request, &step)
        case .subscribe(let stream):
            subscribe(to: stream, by: enrolled, on: peer, request: request, &step)
        case .fetch(let stream, let epoch, let from, let to):
            fetch(stream, epoch, from: from, to: to, by: enrolled, on: peer, request, &step)
        case .ping: step.answerAtOnce(peer, request: request, .pong)
        case .bye: end(peer, because: .said, &step)
        case .pong, .hello, .unusable, .unusableAbout: break
        }
    }

    private mutating func open(
        _ hello: Hello, for agent: Agent, on peer: Peer, request: UInt64, _ step: inout Step
    ) {
        guard hello.agent == agent.id else {
            return step.answerAtOnce(peer, request: request, .bye(Refusal(.wrongAgent)))
        }
        guard hello.versions.contains(1) else {
            return step.answerAtOnce(peer, request: request, .bye(Refusal(.unsupportedVersion)))
        }
        // A process that says hello again has lost its connection, or its memory of it.
        let fenced = sessions.values.filter { session in
            session.peer == peer
                || (session.instance == hello.instance && session.agent == agent.id)
        }
        guard !step.moment.isCrowded || !fenced.isEmpty else {
            var refusal = Refusal(.busy)
            refusal.retryAfter = .seconds(5)
            return step.answerAtOnce(peer, request: request, .bye(refusal))
        }
        for session in fenced.inOrder { end(session.peer, because: .said, &step) }
        sessions[peer] = Session(
            peer: peer, id: step.uuid(), agent: agent.id, instance: hello.instance,
            mailboxes: agent.mailboxes, beganAt: step.moment.uptime,
            lastHeard: step.moment.uptime, lastPinged: step.moment.uptime)
        step.plan.notices.append(.sessionBegan(agent.id))
        for mailbox in agent.mailboxes {
            workers[mailbox, default: []].append(peer)
            looks[mailbox] = step.moment.uptime
        }
        let own = agent.mailboxes.map(StreamName.mailbox) + [.organisation(agent.organisation)]
        let welcome = Welcome(
            session: sessions[peer]?.id ?? step.uuid(), version: 1, agent: agent, now: step.now,
            streams: own.compactMap { streams[$0] })
        // After the commit: the heads in it may be those of this very step.
        step.answer(peer, request: request, .welcome(welcome))
    }

    private mutating func credit(
        _ peer: Peer, messages: UInt32, byteCount: UInt64, drain: Bool, _ request: UInt64,
        _ step: inout Step
    ) {
        guard var session = sessions[peer] else { return }
        let couldTakeNone = session.creditMessages == 0
        session.creditMessages = min(
            policy.creditMessagesMax, session.creditMessages.addingSaturated(messages))
        session.creditBytes = min(
            policy.creditBytesMax, session.creditBytes.addingSaturated(byteCount))
        if drain { session.drainRequest = request }
        sessions[peer] = session
        // Something may wait that others have credit for and may not have.
        for mailbox in session.mailboxes
        where starved.remove(mailbox) != nil || drain || couldTakeNone {
            looks[mailbox] = step.moment.uptime
        }
    }

    /// Ends a session: what it held goes back to its mailbox.
    mutating func end(_ peer: Peer, because end: SessionEnd, _ step: inout Step) {
        guard let session = sessions.removeValue(forKey: peer) else { return }
        step.plan.notices.append(
            .sessionEnded(
                session.agent, end == .said ? .said : .lost,
                after: step.moment.uptime - session.beganAt))
        for stream in session.subscriptions {
            let others = subscriberCounts[stream, default: 0] - 1
            subscriberCounts[stream] = others > 0 ? others : nil
        }
        for mailbox in session.mailboxes {
            workers[mailbox]?.removeAll { $0 == peer }
            guard workers[mailbox]?.isEmpty == true else { continue }
            workers[mailbox] = nil
            looks[mailbox] = nil
            starved.remove(mailbox)
        }
        for id in session.leases.sorted() {
            leases[id] = nil
            guard let delivery = step.facts.deliveries[id], delivery.state.isLeased else {
                continue
            }
            giveBack(delivery, crashed: end == .crashed, &step)
        }
    }

    /// Ends sessions that have gone silent and leases that have run out.
    mutating func sweep(_ step: inout Step) {
        let now = step.moment.uptime
        for peer in silentPeers(at: now) { end(peer, because: .crashed, &step) }
        for id in lapsedLeases(at: now) { lapse(id, &step) }
        let quiet = sessions.values.filter {
            now - max($0.lastHeard, $0.lastPinged) > policy.heartbeat
        }
        for session in quiet.inOrder {
            sessions[session.peer]?.lastPinged = now
            step.answerAtOnce(session.peer, .ping)
        }
    }

    /// The connections that have said nothing for too long.
    func silentPeers(at uptime: Duration) -> [Peer] {
        let silence = policy.heartbeat * policy.missedHeartbeatsMax
        return sessions.values.filter { uptime - $0.lastHeard > silence }.inOrder.map(\.peer)
    }

    /// The deliveries whose lease has run out, oldest first.
    func lapsedLeases(at uptime: Duration) -> [DeliveryID] {
        leases.filter { $0.value.deadline <= uptime }.map(\.key).sorted()
    }

    /// Repeats where each followed stream is.
    mutating func publishHeads(_ step: inout Step) {
        step.plan.heads = subscriberCounts.keys.sorted().compactMap { streams[$0] }
    }
}

extension [Session] {
    /// By id, so that the same inputs always make the same plan.
    var inOrder: [Session] { sorted { $0.id < $1.id } }
}

extension FixedWidthInteger {
    /// The sum, or the largest value if it does not fit.
    func addingSaturated(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
