public import CareModel

/// Is the broker without its sockets, clock and disk: what happens in, what to do out.
///
/// A value with one owner, made of rooms that keep their own state. All of it only mirrors the store
/// and the connections, and a step works on a copy: one that was not committed never happened.
public struct BrokerCore: Sendable {
    /// The deployment's numbers and rules.
    public let policy: BrokerPolicy
    /// Everybody enrolled, as of the last step.
    public internal(set) var directory: Directory {
        didSet { parties = Parties(directory) }
    }
    /// Of this very directory.
    var parties: Parties

    /// Counts the changes of directory and streams that are known here.
    private var registryVersion: UInt64
    var streams: StreamTable
    var sessions = Sessions()
    var leases = Leases()
    var scheduler = MailboxScheduler()
    var reconsiderations: Reconsiderations
    var pendingShreds = PendingShreds()
    private var nextSweep: Duration = .zero
    private var nextSecond: Duration = .zero

    /// Makes the core of a broker that has just started.
    public init(policy: BrokerPolicy, state: BrokerState) {
        self.policy = policy
        directory = state.registry.directory
        parties = Parties(directory)
        streams = StreamTable(state.registry.streams)
        registryVersion = state.registry.version
        reconsiderations = Reconsiderations(state.reconsiderations)
    }

    /// How many sessions are live.
    public var sessionCount: Int { sessions.count }

    /// Whether anybody here follows a stream.
    public func isFollowed(_ stream: StreamName) -> Bool { sessions.isFollowed(stream) }

    /// A stream that is known here, without its head.
    public func stream(_ name: StreamName) -> Stream? { streams[name] }

    /// Says what ``step(_:on:at:)`` must know for these inputs.
    public func keys(for inputs: [Input], at moment: Moment) -> FactKeys {
        var keys = FactKeys()
        keys.now = moment.wall
        keys.registryVersion = registryVersion
        keys.patients = inputs.patients
        keys.waiting = reconsiderations.next
        keys.keptBackAfter = reconsiderations.everybodyAfter
        for input in inputs { add(input, to: &keys) }
        if moment.uptime >= nextSecond {
            keys.expiredBy = moment.wall
            keys.keptBackBy = moment.wall
            keys.lapsedBy = moment.wall
            keys.overridesDueBy = moment.wall
            keys.heads.formUnion(sessions.followed)
        }
        if moment.uptime >= nextSweep {
            keys.deliveries.formUnion(leases.lapsed(at: moment.uptime))
            for peer in silentPeers(at: moment.uptime) {
                keys.deliveries.formUnion(leases.held(by: peer))
            }
        }
        for mailbox in scheduler.due(at: moment.uptime) {
            let count = rowsWanted(of: mailbox)
            if count > 0 { keys.queues[mailbox] = count }
        }
        return keys
    }

    /// Takes what happened and says what to do.
    ///
    /// - Parameters:
    ///   - inputs: what happened, in order.
    ///   - basis: the answer to ``keys(for:at:)``, and what follows from it.
    ///   - moment: the time.
    public mutating func step(_ inputs: [Input], on basis: StepBasis, at moment: Moment) -> Plan {
        var step = Step(basis, at: moment, submissionCount: inputs.submissionCount)
        if let registry = basis.facts.registry { take(registry, &step) }
        // Looked at now; what the inputs add, or nobody can take, moves the next look forward.
        for mailbox in basis.facts.queues.keys {
            scheduler.beginLook(at: mailbox, at: moment.uptime)
        }
        for input in inputs { take(input, &step) }
        if moment.uptime >= nextSecond {
            expire(&step)
            expireBreakGlasses(&step)
            reconsiderKeptBack(&step)
            takeBackLapsed(&step)
            publishHeads(&step)
            nextSecond = moment.uptime + .seconds(1)
        }
        if moment.uptime >= nextSweep {
            sweep(&step)
            nextSweep = moment.uptime + .milliseconds(250)
        }
        goOnReconsidering(&step)
        dispatch(&step)
        finishDrains(&step)
        for peer in step.receiptOrder {
            step.answer(peer, .receipt(step.receipts[peer] ?? []))
        }
        step.plan.wake = nextWake(after: moment.uptime)
        return step.plan
    }

    /// Takes the numbers that the store gave to what the step has added.
    public mutating func settle(_ numbering: Numbering) {
        leases.renumber(numbering)
        registryVersion = numbering.registryVersion
    }

    /// Takes the directory and the streams as another broker has left them.
    private mutating func take(_ registry: Registry, _ step: inout Step) {
        let changed = directory.agents.values.filter { registry.directory.agents[$0.id] != $0 }
        directory = registry.directory
        registryVersion = registry.version
        step.facts.heads.merge(registry.streams.mapValues(\.head)) { asked, _ in asked }
        for stream in streams.replace(with: registry.streams) { tellFollowers(of: stream, &step) }
        for agent in changed.sorted(by: { $0.id < $1.id }) {
            let isActive = directory.agents[agent.id]?.isActive == true
            endSessions(of: agent.id, isActive ? .resync : .bye(Refusal(.revoked)), &step)
        }
        reconsiderations.beginWithEverybody()
        step.plan.directoryChanged = true
    }

    /// No more waiting deliveries of one mailbox are looked at in one step.
    static let queueRowsMax = 256
    /// And no fewer, if any can be taken.
    static let queueRowsMin = 16

    private func add(_ input: Input, to keys: inout FactKeys) {
        switch input {
        case .said(_, let agent, _, .submit(let submission), _):
            add(submission, from: agent, to: &keys)
        case .said(_, _, _, .ack(let delivery, _, _), _),
            .said(_, _, _, .refuse(let delivery, _, _), _),
            .said(_, _, _, .defer(let delivery, _, _), _),
            .said(_, _, _, .extend(let delivery, _), _):
            keys.deliveries.insert(delivery)
        case .said(_, let agent, _, .query(let question, let page), _):
            add(question, page, from: agent, to: &keys)
        case .said(let peer, let agent, _, .hello(let hello), _):
            for session in sessions.fenced(by: hello, of: agent, on: peer) {
                keys.deliveries.formUnion(leases.held(by: session.peer))
            }
            if let agent = directory.agents[agent] { keys.heads.formUnion(agent.streams) }
        case .said(_, _, _, .subscribe(let stream), _),
            .said(_, _, _, .fetch(let stream, _, _, _), _):
            keys.heads.insert(stream)
        case .unreachable(let peer), .said(let peer, _, _, .bye, _):
            keys.deliveries.formUnion(leases.held(by: peer))
        case .administer(_, _, .revokeAgent(let agent), _): add(agent, to: &keys)
        case .administer(_, _, .enrolAgent(let agent), _): add(agent.id, to: &keys)
        case .administer(_, _, .shred(let patient, _, _), _):
            keys.waiting[patient] = DeliveryID(0)
            keys.careTeams.insert(patient)
        default:
            break
        }
    }

    /// What changes with an agent's rights.
    private func add(_ agent: AgentID, to keys: inout FactKeys) {
        keys.overridesOf.insert(agent)
        for session in sessions.of(agent) {
            keys.deliveries.formUnion(leases.held(by: session.peer))
        }
        if let agent = directory.agents[agent] { keys.heads.formUnion(agent.streams) }
    }

    private func add(
        _ question: Question, _ page: Page, from agent: AgentID, to keys: inout FactKeys
    ) {
        switch question {
        case .content(let message): keys.messageIDs.insert(message)
        case .consent(let id): keys.consentVersions.insert(id)
        case .consentCheck(let patient, _), .disclosures(let patient):
            keys.careTeams.insert(patient)
        case .timeline(let patient):
            keys.careTeams.insert(patient)
            let after = MessageNumber(page.number ?? 0)
            // Two who ask at once for parts of the same history: the later part waits its turn.
            keys.timelines[patient] = min(keys.timelines[patient] ?? after, after)
        default: break
        }
    }

    private func add(_ submission: Submission, from agent: AgentID, to keys: inout FactKeys) {
        keys.submissions.insert(SubmissionKey(sender: agent, message: submission.id))
        keys.messageIDs.insert(submission.id)
        if let thread = submission.thread { keys.threads.insert(thread) }
        submission.body.handling.addKeys(for: submission, from: agent, in: self, to: &keys)
    }

    private mutating func take(_ input: Input, _ step: inout Step) {
        switch input {
        case .said(let peer, let agent, let request, let saying, let person):
            step.speaker = person.map { Step.Speaker(agent: agent, person: $0) }
            take(saying, from: agent, on: peer, request: request, &step)
            step.speaker = nil
        case .administer(let peer, let request, let command, let secret):
            administer(command, on: peer, request: request, secret: secret, &step)
        case .unreachable(let peer):
            end(peer, because: .crashed, &step)
        case .configured(let rules):
            step.audit(AuditEvent(.configured, at: step.now, outcome: rules))
        case .connectionsRefused(let count):
            step.audit(AuditEvent(.connectionRefused, at: step.now, outcome: "\(count)"))
        }
    }

    /// The loop need not turn before the next sweep, unless deliveries wait that may be sent now, or
    /// a look at them goes on.
    func nextWake(after uptime: Duration) -> Duration {
        guard reconsiderations.isEmpty else { return uptime }
        guard !sessions.isEmpty else { return nextSecond }
        let wake = scheduler.nextLook(before: min(nextSweep, nextSecond)) { rowsWanted(of: $0) > 0 }
        return max(wake, uptime)
    }

    /// How many waiting deliveries of a mailbox are worth a look: as many as somebody has credit
    /// for, and one if somebody without credit wants to know whether any is left.
    private func rowsWanted(of mailbox: Mailbox) -> Int {
        var count = 0
        for session in sessions.working(mailbox) {
            if !session.isIsolated { count += Int(session.creditMessages) }
            if session.drainRequest != nil, leases.count(of: session.peer) == 0 {
                count = max(count, 1)
            }
        }
        // Some of them may be too long, or for a colleague: a few more are looked at.
        return count == 0 ? 0 : min(max(count, Self.queueRowsMin), Self.queueRowsMax)
    }
}

extension Agent {
    /// The streams that it may follow: those of its mailboxes and its organisation's.
    var streams: [StreamName] { mailboxes.map(StreamName.mailbox) + [.organisation(organisation)] }
}
