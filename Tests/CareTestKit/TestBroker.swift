public import CareCore
public import CareModel
public import CareStore

/// Wires a ``BrokerCore`` to a store as the broker's shell does, without sockets, threads and real
/// time: keys, load, step, commit, send.
public final class TestBroker {
    /// The machine under test.
    public private(set) var core: BrokerCore
    /// What it keeps its memory in.
    public private(set) var store: any Store
    /// Its clocks.
    public var clock: VirtualClock
    /// What documents say.
    public var shelf = ConsentShelf()
    /// Whether the store has room for submissions.
    public var hasRoom = true
    /// Whether so many connections are open that new sessions must wait.
    public var isCrowded = false
    /// The plan of the last step.
    public private(set) var plan = Plan()
    /// Everything ever sent, in order, by connection.
    public private(set) var sent: [Peer: [Outgoing]] = [:]
    /// Called with every plan once it is committed, and what it was made from.
    public var onStep: (([Input], Plan, Moment) -> Void)?
    /// Called when a new broker has started.
    public var onRestart: (() -> Void)?
    /// Asked for each frame whether the connection takes it; false stands for a lost connection.
    public var isReachable: (Peer) -> Bool = { _ in true }
    /// Messages whose stored document is damaged.
    public var corrupt: Set<MessageNumber> = []

    private let policy: BrokerPolicy
    private let reopen: (any Store) throws -> any Store
    private var failures: [Input] = []

    /// Starts a broker.
    ///
    /// - Parameters:
    ///   - policy: its numbers and rules.
    ///   - store: where it keeps things.
    ///   - clock: its clocks.
    ///   - reopen: makes the store of the next broker on the same contents.
    public init(
        policy: BrokerPolicy = BrokerPolicy(), store: any Store = InMemoryStore(),
        clock: VirtualClock = VirtualClock(),
        reopen: @escaping (any Store) throws -> any Store = TestBroker.reopenInMemory
    ) throws {
        self.policy = policy
        self.store = store
        self.clock = clock
        self.reopen = reopen
        let state = try store.start()
        self.clock.restart(lastSeen: state.lastSeen)
        core = BrokerCore(policy: policy, state: state)
    }

    /// Takes what happened: one turn of the broker's loop.
    ///
    /// - Parameter crash: loses everything after the commit and starts a new broker, as the loss of
    ///   the process would.
    @discardableResult
    public func step(_ inputs: [Input], crash: Bool = false) throws -> Plan {
        let inputs = failures + inputs
        failures = []
        for case .said(_, _, _, .submit(let submission), _) in inputs { shelf.put(submission) }
        let moment = clock.moment(hasRoom: hasRoom, isCrowded: isCrowded)
        let facts = try store.load(core.keys(for: inputs, at: moment))
        let consents = try shelf.consents(of: patients(of: inputs, facts), in: store)
        let contents = try shelf.contents(of: facts, consents, in: store)
        let plan = core.step(
            inputs, facts: facts, consents: consents, contents: contents, at: moment)
        self.plan = plan
        for item in plan.immediate { send(item) }
        if !plan.writes.isEmpty { try store.commit(plan.writes) }
        onStep?(inputs, plan, moment)
        guard !crash else {
            try restart()
            return plan
        }
        for item in plan.afterCommit { send(item) }
        return plan
    }

    /// Ends the broker without a word and starts the next one on the same store.
    public func restart() throws {
        store = try reopen(store)
        let state = try store.start()
        clock.restart(lastSeen: state.lastSeen)
        core = BrokerCore(policy: policy, state: state)
        failures = []
        plan = Plan()
        onRestart?()
    }

    /// Turns the loop as long as the broker does not want to wait.
    ///
    /// - Throws: ``BusyLoop`` if it never does.
    public func settle() throws {
        for _ in 0..<10_000 {
            guard !failures.isEmpty || plan.wake <= clock.uptime else { return }
            try step([])
        }
        throw BusyLoop()
    }

    /// Lets time pass; the loop turns whenever the broker wanted to be woken.
    public func advance(by duration: Duration) throws {
        let end = clock.uptime + duration
        try settle()
        while plan.wake < end {
            clock.advance(by: plan.wake - clock.uptime)
            try settle()
        }
        clock.advance(by: end - clock.uptime)
        try settle()
    }

    /// Says that the broker never waits though nothing happens.
    public struct BusyLoop: Error {}

    /// The next life of an in-memory store; other stores go on as they are.
    public static func reopenInMemory(_ store: any Store) -> any Store {
        (store as? InMemoryStore)?.restarted() ?? store
    }

    private func send(_ item: Outgoing) {
        if case .deliver(let delivery, let message, _, _, _) = item.saying,
            corrupt.contains(message.number)
        {
            failures.append(.corrupt(message.number, delivery.id))
            return
        }
        guard isReachable(item.peer) else {
            failures.append(.unreachable(item.peer))
            return
        }
        sent[item.peer, default: []].append(item)
    }

    private func patients(of inputs: [Input], _ facts: Facts) -> Set<PatientKey> {
        var patients = Set(facts.referrals.values.map(\.patient))
        patients.formUnion(facts.messages.values.compactMap(\.patient))
        patients.formUnion(facts.consents.values.map(\.patient))
        patients.formUnion(inputs.patients)
        patients.formUnion(core.patientsInEmergency)
        return patients
    }
}
