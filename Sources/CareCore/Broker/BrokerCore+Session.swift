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
            return step.answer(peer, request: request, .bye(Refusal(.revoked)))
        }
        if case .hello(let hello) = saying {
            return open(hello, for: enrolled, on: peer, request: request, &step)
        }
        if case .unusable(let refusal) = saying {
            return step.answer(peer, request: request, .error(refusal))
        }
        if case .unusableAbout(let delivery, let refusal) = saying {
            return step.answer(
                peer, request: request, .errorAbout(delivery, refusal, request: request))
        }
        guard sessions[peer]?.agent == agent else {
            return step.answer(peer, request: request, .resync)
        }
        sessions.change(peer) { $0.hear(at: step.moment.uptime) }
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
        case .ping: step.answer(peer, request: request, .pong)
        case .bye: end(peer, because: .said, &step)
        case .pong, .hello, .unusable, .unusableAbout: break
        }
    }

    private mutating func open(
        _ hello: Hello, for agent: Agent, on peer: Peer, request: UInt64, _ step: inout Step
    ) {
        guard hello.agent == agent.id else {
            return step.answer(peer, request: request, .bye(Refusal(.wrongAgent)))
        }
        guard hello.versions.contains(1) else {
            return step.answer(peer, request: request, .bye(Refusal(.unsupportedVersion)))
        }
        // A process that says hello again has lost its connection, or its memory of it.
        let fenced = sessions.fenced(by: hello, of: agent.id, on: peer)
        guard !step.moment.isCrowded || !fenced.isEmpty else {
            var refusal = Refusal(.busy)
            refusal.retryAfter = .seconds(5)
            return step.answer(peer, request: request, .bye(refusal))
        }
        for session in fenced { end(session.peer, because: .said, &step) }
        let session = Session(
            peer: peer, id: step.uuid(), agent: agent.id, instance: hello.instance,
            mailboxes: agent.mailboxes, at: step.moment.uptime)
        sessions.open(session)
        step.plan.notices.append(.sessionBegan(agent.id))
        for mailbox in agent.mailboxes { scheduler.open(mailbox, at: step.moment.uptime) }
        let welcome = Welcome(
            session: session.id, version: 1, agent: agent, now: step.now,
            streams: agent.streams.compactMap { streams[$0] }.map(step.current))
        step.answer(peer, request: request, .welcome(welcome))
    }

    private mutating func credit(
        _ peer: Peer, messages: UInt32, byteCount: UInt64, drain: Bool, _ request: UInt64,
        _ step: inout Step
    ) {
        guard let session = sessions[peer] else { return }
        let couldTakeNone = session.creditMessages == 0
        let policy = policy
        sessions.change(peer) { session in
            session.grant(messages: messages, byteCount: byteCount, under: policy)
            if drain { session.askWhenDry(request: request) }
        }
        // Something may wait that others have credit for and may not have.
        for mailbox in session.mailboxes
        where scheduler.feed(mailbox) || drain || couldTakeNone {
            lookNow(at: mailbox, &step)
        }
    }

    /// Ends a session: what it held goes back to its mailbox.
    mutating func end(_ peer: Peer, because end: SessionEnd, _ step: inout Step) {
        guard let (session, deserted) = sessions.close(peer) else { return }
        step.plan.notices.append(
            .sessionEnded(
                session.agent, end == .said ? .said : .lost,
                after: step.moment.uptime - session.beganAt))
        for mailbox in deserted { scheduler.close(mailbox) }
        for id in leases.endAll(of: peer) {
            guard let delivery = step.facts.deliveries[id], mayTakeBack(delivery, step) else {
                continue
            }
            giveBack(delivery, crashed: end == .crashed, &step)
        }
    }

    /// Ends every session of an agent, and says why.
    mutating func endSessions(
        of agent: AgentID, _ saying: BrokerSaying, _ step: inout Step
    ) {
        for session in sessions.of(agent) {
            step.answer(session.peer, saying)
            end(session.peer, because: .said, &step)
        }
    }

    /// Ends sessions that have gone silent and leases that have run out.
    mutating func sweep(_ step: inout Step) {
        let now = step.moment.uptime
        for peer in silentPeers(at: now) { end(peer, because: .crashed, &step) }
        for id in leases.lapsed(at: now) { lapse(id, &step) }
        for peer in sessions.quiet(for: policy.heartbeat, at: now) {
            sessions.change(peer) { $0.ping(at: now) }
            step.answer(peer, .ping)
        }
    }

    /// Takes back what another broker had leased, or what nobody remembers, once it has lapsed.
    mutating func takeBackLapsed(_ step: inout Step) {
        // What a session here holds ends by the monotonic clock.
        for id in step.facts.lapsed where leases[id] == nil { lapse(id, &step) }
    }

    /// The connections that have said nothing for too long.
    func silentPeers(at uptime: Duration) -> [Peer] {
        sessions.silent(for: policy.heartbeat * policy.missedHeartbeatsMax, at: uptime)
    }

    /// Repeats where each followed stream is.
    mutating func publishHeads(_ step: inout Step) {
        step.plan.heads = sessions.followed.compactMap { streams[$0] }.map(step.current)
    }

    /// Tells who follows a stream that it has another token and key.
    mutating func tellFollowers(of stream: Stream, _ step: inout Step) {
        for session in sessions.following(stream.name) {
            step.answer(session.peer, .topic(step.current(stream)))
        }
    }
}
