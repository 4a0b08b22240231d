public import CareModel

/// Is the broker without its sockets, clock and disk: what happens in, what to do out.
///
/// A value with one owner. Its memory (directory, stream heads, sessions, leases) only mirrors the
/// store and the connections: after a failed commit the owner throws it away and starts again.
public struct BrokerCore: Sendable {
    /// The deployment's numbers and rules.
    public let policy: BrokerPolicy
    /// Everybody enrolled, as of the last step.
    public internal(set) var directory: Directory

    var streams: [StreamName: Stream]
    var lastMessage: MessageNumber
    var lastDelivery: DeliveryID
    var sessions: [Peer: Session] = [:]
    var leases: [DeliveryID: Lease] = [:]
    /// The sessions that work each mailbox.
    var workers: [Mailbox: [Peer]] = [:]
    /// When each mailbox's waiting deliveries are to be looked at next; absent if nobody works it.
    var looks: [Mailbox: Duration] = [:]
    /// Mailboxes in which something waits that nobody has credit for.
    var starved: Set<Mailbox> = []
    /// How many sessions follow each stream.
    var subscriberCounts: [StreamName: Int] = [:]
    /// How many deliveries wait behind an earlier one of their thread.
    var followers: [OrderKey: Int] = [:]
    /// The overrides of consent that hold.
    var breakGlasses: [BreakGlassID: BreakGlass]
    /// Whether all that is kept back is to be looked at: who may have it has changed, perhaps while
    /// no broker ran.
    var looksAtAllKeptBack = true
    /// Patients whom one operator wants shredded; forgotten by a restart.
    var pendingShreds: [PatientKey: PendingShred] = [:]
    var nextSweep: Duration = .zero
    var nextSecond: Duration = .zero

    /// Makes the core of a broker that has just started.
    public init(policy: BrokerPolicy, state: BrokerState) {
        self.policy = policy
        directory = state.directory
        streams = state.streams
        lastMessage = state.lastMessage
        lastDelivery = state.lastDelivery
        breakGlasses = Dictionary(uniqueKeysWithValues: state.breakGlasses.map { ($0.id, $0) })
    }

    /// How many sessions are live.
    public var sessionCount: Int { sessions.count }

    /// Says what ``step(_:facts:consents:contents:at:)`` must know for these inputs.
    public func keys(for inputs: [Input], at moment: Moment) -> FactKeys {
        var keys = FactKeys()
        keys.now = moment.wall
        for input in inputs { add(input, to: &keys) }
        if moment.uptime >= nextSecond {
            keys.expiredBy = moment.wall
            keys.keptBackBy = looksAtAllKeptBack ? .distantFuture : moment.wall
            keys.waiting.formUnion(dueBreakGlasses(at: moment.wall).map(\.patient))
        }
        if moment.uptime >= nextSweep {
            keys.deliveries.formUnion(lapsedLeases(at: moment.uptime))
            for peer in silentPeers(at: moment.uptime) {
                keys.deliveries.formUnion(sessions[peer]?.leases ?? [])
            }
        }
        for (mailbox, look) in looks where look <= moment.uptime {
            let count = rowsWanted(of: mailbox)
            if count > 0 { keys.queues[mailbox] = count }
        }
        return keys
    }

    /// Takes what happened and says what to do.
    ///
    /// - Parameters:
    ///   - inputs: what happened, in order.
    ///   - facts: the answer to ``keys(for:at:)``.
    ///   - consents: the directives of every patient in inputs and facts.
    ///   - contents: what inspection found in the payloads of waiting messages whose verdict
    ///     depends on content.
    ///   - moment: the time.
    public mutating func step(
        _ inputs: [Input], facts: Facts, consents: [PatientKey: PatientConsents],
        contents: [MessageNumber: [ContentItem]], at moment: Moment
    ) -> Plan {
        var step = Step(moment: moment, facts: facts, consents: consents, contents: contents)
        // Looked at now; what the inputs add, or nobody can take, moves the next look forward.
        for mailbox in facts.queues.keys { looks[mailbox] = moment.uptime + .seconds(1) }
        for input in inputs { take(input, &step) }
        if moment.uptime >= nextSecond {
            expire(&step)
            expireBreakGlasses(&step)
            reconsiderKeptBack(&step)
            looksAtAllKeptBack = false
            publishHeads(&step)
            nextSecond = moment.uptime + .seconds(1)
        }
        if moment.uptime >= nextSweep {
            sweep(&step)
            nextSweep = moment.uptime + .milliseconds(250)
        }
        dispatch(&step)
        finishDrains(&step)
        for peer in step.receiptOrder {
            step.answer(peer, request: 0, .receipt(step.receipts[peer] ?? []))
        }
        step.plan.wake = nextWake(after: moment.uptime)
        return step.plan
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
        case .corrupt(_, let delivery):
            keys.deliveries.insert(delivery)
        case .uncopyable(let message, let delivery):
            keys.messages.insert(message)
            if let delivery { keys.deliveries.insert(delivery) }
        case .said(let peer, _, _, .hello(let hello), _):
            let fenced = sessions.values.filter { $0.instance == hello.instance || $0.peer == peer }
            for session in fenced { keys.deliveries.formUnion(session.leases) }
        case .unreachable(let peer), .said(let peer, _, _, .bye, _):
            keys.deliveries.formUnion(sessions[peer]?.leases ?? [])
        case .administer(_, _, .revokeAgent(let agent), _):
            addLeases(of: agent, to: &keys)
            addOverrides(of: agent, to: &keys)
        case .administer(_, _, .shred(let patient, _, _), _):
            keys.waiting.insert(patient)
            keys.careTeams.insert(patient)
        case .administer(_, _, .enrolAgent(let agent), _):
            addLeases(of: agent.id, to: &keys)
            addOverrides(of: agent.id, to: &keys)
        default:
            break
        }
    }

    private func addOverrides(of agent: AgentID, to keys: inout FactKeys) {
        let overrides = breakGlasses.values.filter { $0.agent == agent }
        keys.waiting.formUnion(overrides.map(\.patient))
    }

    private func addLeases(of agent: AgentID, to keys: inout FactKeys) {
        for session in sessions.values where session.agent == agent {
            keys.deliveries.formUnion(session.leases)
        }
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
        case .corrupt(_, let delivery):
            quarantine(delivery, &step)
        case .uncopyable(let message, let delivery):
            withdraw(message, delivery, &step)
        case .configured(let rules):
            step.audit(AuditEvent(.configured, at: step.now, outcome: rules))
        case .connectionsRefused(let count):
            step.audit(AuditEvent(.connectionRefused, at: step.now, outcome: "\(count)"))
        }
    }

    /// The loop need not turn before the next sweep, unless deliveries wait that may be sent now.
    private func nextWake(after uptime: Duration) -> Duration {
        guard !sessions.isEmpty else { return nextSecond }
        var wake = min(nextSweep, nextSecond)
        for (mailbox, look) in looks where look < wake && rowsWanted(of: mailbox) > 0 {
            wake = look
        }
        return max(wake, uptime)
    }

    /// How many waiting deliveries of a mailbox are worth a look: as many as somebody has credit
    /// for, and one if somebody without credit wants to know whether any is left.
    private func rowsWanted(of mailbox: Mailbox) -> Int {
        var count = 0
        for session in (workers[mailbox] ?? []).compactMap({ sessions[$0] }) {
            if !session.isIsolated { count += Int(session.creditMessages) }
            if session.drainRequest != nil, session.leases.isEmpty { count = max(count, 1) }
        }
        // Some of them may be too long, or for a colleague: a few more are looked at.
        return count == 0 ? 0 : min(max(count, Self.queueRowsMin), Self.queueRowsMax)
    }
}
