internal import CareModel

extension AgentCore {
    /// Starts a call: uses the session there is, or opens one.
    mutating func begin(at now: Duration, _ plan: inout Plan) {
        // Between calls nobody listened, so the silence means nothing.
        lastHeard = now
        switch phase {
        case .idle, .pausing:
            troubles = [:]
            connect(at: now, &plan)
        case .linked: greet(at: now, &plan)
        case .connecting, .greeting, .open: break
        }
    }

    mutating func connect(at now: Duration, _ plan: inout Plan) {
        phase = .connecting(since: now)
        refusedConnections = 0
        brokenHandshakes = 0
        plan.actions.append(.connect(endpoint: endpoint))
    }

    mutating func greet(at now: Duration, _ plan: inout Plan) {
        forgetSession()
        phase = .greeting(since: now)
        say(.hello, at: now, &plan)
    }

    mutating func leave(at now: Duration, _ plan: inout Plan) {
        if phase == .open { say(.bye, at: now, &plan) }
        if phase != .idle { plan.actions.append(.disconnect) }
        forgetSession()
        phase = .idle
    }

    mutating func take(_ change: LinkChange, at now: Duration, _ plan: inout Plan) {
        switch (change, phase) {
        case (.up, .connecting):
            lastHeard = now
            greet(at: now, &plan)
        case (.down, .greeting), (.down, .open), (.down, .linked):
            breakOff(at: now, &plan)
        case (.refused, .connecting):
            refusedConnections += 1
            if refusedConnections >= policy.refusedConnectionsMax {
                fail(.unreachable, at: now, &plan)
            }
        case (.handshakeFailed, .connecting):
            brokenHandshakes += 1
            if brokenHandshakes >= policy.brokenHandshakesMax {
                fail(.handshakeFailed, at: now, &plan)
            }
        case (.keyRefused, .connecting):
            fail(.keyRefused, at: now, &plan)
        default: break
        }
    }

    /// Looks at the clock.
    mutating func watch(at now: Duration, _ plan: inout Plan) {
        switch phase {
        case .idle, .linked: break
        case .pausing(let end):
            if now >= end { connect(at: now, &plan) }
        case .connecting(let start):
            guard now - start >= policy.connectPatience else { return }
            fail(brokenHandshakes > 0 ? .handshakeFailed : .unreachable, at: now, &plan)
        case .greeting(let start):
            if now - start >= policy.answerPatience { fail(.silent, at: now, &plan) }
        case .open:
            guard now - lastHeard < silenceMax else { return fail(.silent, at: now, &plan) }
            let isQuiet = now - lastHeard >= heartbeat && now - lastPinged >= heartbeat
            guard isQuiet || now - lastSaid >= heartbeat else { return }
            lastPinged = now
            say(.ping, at: now, &plan)
        }
    }

    /// A person waits for a call, and would rather see the next endpoint tried.
    private var silenceMax: Duration {
        let limit = heartbeat * policy.missedHeartbeatsMax
        return mode == .called ? min(limit, policy.answerPatience) : limit
    }

    /// The connection broke: the same endpoint first, it may only have restarted.
    private mutating func breakOff(at now: Duration, _ plan: inout Plan) {
        let isWanted = mode != .called || exchange != nil || !questions.isEmpty
        let hadSession = phase == .open
        forgetSession()
        guard isWanted else {
            phase = .idle
            return plan.actions.append(.disconnect)
        }
        guard hadSession else { return fail(.broken, at: now, &plan) }
        reportLoss(.broken, &plan)
        connect(at: now, &plan)
    }

    /// Gives an endpoint up and tries the next, until all were tried.
    mutating func fail(_ trouble: Trouble, at now: Duration, _ plan: inout Plan) {
        if phase == .open { reportLoss(trouble, &plan) }
        forgetSession()
        troubles[endpoint] = trouble
        endpoint = (endpoint + 1) % endpointCount
        guard troubles.count == endpointCount else { return connect(at: now, &plan) }
        let worst = self.worst
        troubles = [:]
        switch mode {
        case .called: end(worst, &plan)
        case .following where worst == .keyRefused: end(worst, &plan)
        case .following:
            reportLoss(worst, &plan)
            plan.actions.append(.disconnect)
            phase = .pausing(until: now + pause)
            pause = min(pause * 2, policy.pauseMax)
        }
    }

    /// What to tell of a round in which every endpoint failed.
    ///
    /// A refused key ends a follower only if no endpoint might yet take it.
    private var worst: Trouble {
        let all = Set(troubles.values.map(\.rank))
        if all == [Trouble.keyRefused.rank] { return .keyRefused }
        return troubles.values.filter { $0 != .keyRefused || mode == .called }
            .max { $0.rank < $1.rank } ?? .unreachable
    }

    mutating func end(_ trouble: Trouble, _ plan: inout Plan) {
        forgetSession()
        phase = .idle
        exchange = nil
        questions = []
        plan.actions += [.disconnect, .end(trouble)]
    }

    private mutating func reportLoss(_ trouble: Trouble, _ plan: inout Plan) {
        guard !isLossReported else { return }
        isLossReported = true
        plan.actions.append(.lost(trouble))
    }

    /// What was under way in a session must be said again in the next.
    mutating func forgetSession() {
        outbox.forgetSession()
        inbox.forgetSession()
        for index in questions.indices { questions[index].request = 0 }
        for stream in trackers.keys { trackers[stream]?.forgetSession() }
        exchange?.drainRequest = nil
    }

    mutating func open(
        heartbeat: Duration, payloadByteCountMax: UInt64, streams: [StreamName],
        at now: Duration, _ plan: inout Plan
    ) {
        guard case .greeting = phase else { return }
        phase = .open
        troubles = [:]
        pause = policy.pauseMin
        isLossReported = false
        // A broker that wants to hear something all the time would never let the agent rest.
        self.heartbeat = max(heartbeat, .milliseconds(100))
        outbox.payloadByteCountMax = payloadByteCountMax
        plan.actions.append(.opened)
        if case .following(_, let chosen) = mode {
            for stream in chosen ?? streams where trackers[stream] == nil {
                trackers[stream] = StreamTracker(stream, silence: policy.streamSilence)
            }
        }
        grantFirstCredit(at: now, &plan)
    }

    /// When something must be looked at even if nothing happens.
    func wake(after now: Duration) -> Duration? {
        switch phase {
        case .idle, .linked: return nil
        case .pausing(let end): return end
        case .connecting(let start): return start + policy.connectPatience
        case .greeting(let start): return start + policy.answerPatience
        case .open:
            var wake = min(lastHeard + silenceMax, lastSaid + heartbeat)
            wake = min(wake, max(lastHeard, lastPinged) + heartbeat)
            if submits, let retry = outbox.nextRetry { wake = min(wake, retry) }
            for tracker in trackers.values { wake = min(wake, tracker.wake) }
            return max(wake, now)
        }
    }
}

extension AgentCore.Trouble {
    /// How much a person can do about it.
    fileprivate var rank: Int {
        switch self {
        case .unreachable: 0
        case .broken: 1
        case .silent: 2
        case .handshakeFailed: 3
        case .keyRefused: 4
        case .dismissed: 5
        }
    }
}
