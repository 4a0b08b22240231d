internal import CareConsent
internal import CareCore
internal import CareModel
internal import CareStore
internal import CareVault
internal import CareWire
internal import Logging
internal import ZeroMQ

/// Is the broker's one thread: poll, drain, decode, load, step, commit, send.
///
/// It owns the sockets, the core and the store. Nothing is receipted or delivered before the commit
/// that holds it has returned; if a commit fails, the loop ends and answers nobody.
struct BrokerLoop: ~Copyable {
    private let sockets: BrokerSockets
    private let store: any Store & StoreChores
    private let inquirer: Inquirer
    private let signals: BrokerSignals
    private let intake: Intake
    private var poller: Poller
    private var turn: Turn
    private var clock: BrokerClock
    private var post: Post
    private var keyring: Keyring
    private var log: BrokerLog
    private var metrics: BrokerMetrics
    private var failures: [Input]
    /// Connections with unknown keys since the audit log was told last, and when that was.
    private var refusals = RefusalCounter()
    private var descriptors = DescriptorGuard()
    private var wake: Duration = .zero
    /// When something came in last.
    private var busyAt: Duration = .zero

    /// No batch is larger; what is left stays with libzmq.
    private static let batchCountMax = 1_024
    /// No batch holds more payload.
    private static let batchByteCountMax = 64 << 20

    /// Binds the sockets, proves that strangers stay out, and takes over the store.
    ///
    /// - Throws: why the broker cannot start.
    init(
        _ configuration: BrokerConfiguration, store: any Store & StoreChores,
        signals: BrokerSignals,
        context: Context, logger: Logger
    ) throws(BrokerError) {
        let state: BrokerState
        let reader: any StoreReader
        do throws(StoreError) {
            state = try store.start(
                as: configuration.policy.name, at: BrokerClock.wall())
            reader = try store.makeReader()
        } catch {
            throw BrokerError(.store, "\(error)")
        }
        let sockets = try BrokerSockets.bound(configuration, in: context)
        let keyring = Keyring(state.registry.directory)
        try SelfTest(configuration: configuration, context: context, keyring: keyring).run(sockets)
        var poller = Poller()
        _ = poller.add(sockets.gate.socket, for: .readable)
        _ = poller.add(sockets.control, for: .readable)
        _ = poller.add(sockets.events, for: .readable)
        _ = poller.add(sockets.admin, for: .readable)
        _ = poller.add(signals.wakeUp)
        post = Post(configuration, eventsEndpoint: sockets.endpoints.events)
        self.sockets = sockets
        self.poller = poller
        self.store = store
        self.signals = signals
        clock = BrokerClock(lastSeen: state.lastSeen)
        self.keyring = keyring
        log = BrokerLog(logger)
        metrics = BrokerMetrics(configuration.metrics)
        failures = [.configured(configuration.rules)]
        if state.wasRestored {
            failures.append(.configured("restored from a back-up"))
            log.restored()
        }
        let intake = Intake(
            patients: configuration.patients, labels: configuration.labels,
            payloadByteCountMax: Int(clamping: configuration.policy.payloadBytesMax))
        self.intake = intake
        turn = Turn(
            core: BrokerCore(policy: configuration.policy, state: state), store: store,
            reader: intake)
        inquirer = Inquirer(wakeUp: signals.wakeUp, metrics: configuration.metrics)
        inquirer.start(reader, now: BrokerClock.wall)
    }

    /// Where the sockets are bound.
    var endpoints: BrokerEndpoints { sockets.endpoints }

    /// Works until it is told to stop.
    ///
    /// - Throws: why it cannot go on. Whoever calls ends the process: only a new start finds out
    ///   what reached the disk.
    mutating func run() throws(BrokerError) {
        defer { inquirer.stop() }
        do {
            // At least once: that the broker started is for the audit log, however short it ran.
            repeat { try goRound() } while !signals.isStopping
            try store.close()
        } catch let error as StoreError {
            throw BrokerError(.store, "\(error)")
        } catch is VaultError {
            throw BrokerError(
                .store,
                "the stored text of a consent receipt is not what it was; see RUNBOOK, "
                    + "\"The database is corrupt\"")
        } catch {
            throw BrokerError(.socket, "\(error)")
        }
    }

    private mutating func goRound() throws {
        _ = try poller.wait(timeout: failures.isEmpty ? max(.zero, wake - clock.uptime) : .zero)
        _ = signals.wakeUp.drain()
        let keyring = self.keyring
        var refusedCount = 0
        try sockets.gate.answerAll { request in
            let reply = keyring.reply(to: request)
            if reply.status != .accepted { refusedCount += 1 }
            return reply
        }
        refusals.count(refusedCount)
        metrics.refusedConnections(refusedCount)
        for answer in inquirer.takeAnswers() { try send(answer, nil) }
        try drainSubscriptions()

        var inputs = failures
        failures = []
        if let count = refusals.due(at: clock.uptime) { inputs.append(.connectionsRefused(count)) }
        try drainControl(into: &inputs)
        try drainAdmin(into: &inputs)
        if !inputs.isEmpty || clock.uptime >= wake { try step(inputs) }
        if !inputs.isEmpty { busyAt = clock.uptime }
        if let size = try store.maintain(isIdle: clock.uptime - busyAt > .seconds(1)) {
            log.checkpoint(size: size)
        }
    }

    private mutating func drainControl(into inputs: inout [Input]) throws {
        var byteCount = 0
        // Counted by what is read, not by what is taken: a flood of unusable frames ends as well.
        for _ in 0..<Self.batchCountMax where byteCount < Self.batchByteCountMax {
            guard let parts = try receive(from: .control) else { return }
            guard !parts.isEmpty else { continue }
            byteCount += parts.reduce(0) { $0 + $1.byteCount }
            if let input = intake.input(from: parts, keyring) {
                inputs.append(input)
            } else {
                drop("no header, or a key that is no longer enrolled")
                try refuse(parts)
            }
        }
    }

    private mutating func drop(_ reason: StaticString) {
        log.dropped(reason)
        metrics.dropped(1)
    }

    /// Tells a connection whose key was taken away since it was made that it is over.
    private mutating func refuse(_ parts: [ZeroMQ.Message]) throws {
        guard let peer = parts.first.map({ Peer($0.bytes) }), parts.count >= 2 else { return }
        try send(Outgoing(peer, .bye(Refusal(.revoked))), nil)
    }

    /// Subscriptions come in on an XPUB and must be read, though nobody needs them; a flood of
    /// them must not keep the loop.
    private mutating func drainSubscriptions() throws {
        for _ in 0..<Self.batchCountMax {
            guard try receive(from: .events) != nil else { return }
        }
    }

    private enum Source { case control, events, admin }

    /// The next message; an empty one in place of one with too many frames.
    private mutating func receive(from source: Source) throws -> [ZeroMQ.Message]? {
        do throws(ZeroMQError) {
            switch source {
            case .control: return try sockets.control.receive(partLimit: 8)
            case .events: return try sockets.events.receive(partLimit: 8)
            case .admin: return try sockets.admin.receive(partLimit: 8)
            }
        } catch {
            guard error.code == .tooManyParts else { throw error }
            drop("too many frames")
            return []
        }
    }

    private mutating func drainAdmin(into inputs: inout [Input]) throws {
        for _ in 0..<Self.batchCountMax {
            guard let parts = try receive(from: .admin) else { return }
            guard parts.count == 2 else { continue }
            let heard = HeardFromOperator(
                header: parts[1].bytes, patientKey: intake.patients.key(of:))
            var random = SystemRandomNumberGenerator()
            let secret = (0..<Input.secretByteCount).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            inputs.append(
                .administer(
                    Peer(parts[0].bytes), request: heard.request, prepared(heard.command),
                    secret: secret))
        }
    }

    /// Makes what a command needs beside the core's decision: a new master key.
    private func prepared(_ command: AdminCommand) -> AdminCommand {
        guard case .rotateKeys = command else { return command }
        do throws(StoreError) {
            return .rotateKeys(version: try store.rotateMasterKey(at: BrokerClock.wall()))
        } catch {
            return .unusable(Refusal(.internalError, "\(error)"))
        }
    }

    private mutating func step(_ inputs: [Input]) throws {
        let moment = clock.moment(
            hasRoom: store.hasRoom, isCrowded: descriptors.isCrowded(at: clock.uptime))
        metrics.took(inputs)
        var began = clock.uptime
        let outcome = try turn.take(inputs, at: moment) { [clock, metrics] stage in
            let now = clock.uptime
            metrics.finished(stage, in: now - began)
            began = now
        }
        metrics.live(turn.core.sessionCount)
        let plan = outcome.plan
        wake = plan.wake
        log.tell(plan.notices)
        if plan.directoryChanged { keyring = Keyring(turn.core.directory) }
        for (place, item) in plan.outgoing.enumerated() {
            try send(item, outcome.documents[place])
        }
        try post.publish(outcome, on: sockets.events)
        for inquiry in plan.inquiries {
            if let refusal = inquirer.ask(inquiry) { try send(refusal, nil) }
        }
        if plan.stops { signals.stop() }
    }

    private mutating func send(_ item: Outgoing, _ document: Payload?) throws {
        let header = try post.header(item, at: BrokerClock.wall()) {
            [core = turn.core] referral, asker in
            core.allowedMoves(for: asker.agent, in: referral)
        }
        guard !item.saying.isAdministered else {
            let outcome = try Post.send(header, document, to: item.peer, on: sockets.admin)
            return metrics.sent(item.saying, arrived: outcome == .sent)
        }
        // A full queue means an agent that does not read: its session ends like a lost one.
        let outcome = try Post.send(header, document, to: item.peer, on: sockets.control)
        if outcome != .sent { failures.append(.unreachable(item.peer)) }
        metrics.sent(item.saying, arrived: outcome == .sent)
        log.refused(item.saying)
    }
}
