public import CareCore
public import CareModel
public import CareStore

/// Drives the broker's ``Turn`` without sockets, threads and real time.
public final class TestBroker {
    private var turn: Turn
    /// The machine under test.
    public var core: BrokerCore { turn.core }
    /// What it keeps its memory in.
    public private(set) var store: any Store
    /// Its clocks.
    public var clock: VirtualClock
    /// What documents say.
    public var shelf: ConsentShelf {
        get { documents.shelf }
        set {
            documents.shelf = newValue
            // What was read before may say something else now.
            turn = Turn(core: turn.core, store: store, reader: documents)
        }
    }
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

    /// Its numbers and rules.
    public let policy: BrokerPolicy
    private let reopen: (any Store) throws -> any Store
    private let documents: ShelfReader
    private var failures: [Input] = []

    /// Starts a broker.
    ///
    /// - Parameters:
    ///   - policy: its numbers and rules.
    ///   - store: where it keeps things.
    ///   - clock: its clocks.
    ///   - reopen: makes the store of the next broker on the same contents.
    public convenience init(
        policy: BrokerPolicy = BrokerPolicy(), store: any Store = InMemoryStore(),
        clock: VirtualClock = VirtualClock(),
        reopen: @escaping (any Store) throws -> any Store = TestBroker.reopenInMemory
    ) throws {
        try self.init(policy, store, clock, ShelfReader(), reopen)
    }

    /// Starts another broker that shares this one's store, if that is in memory, and its documents.
    public func sibling(named name: BrokerID) throws -> TestBroker {
        var policy = policy
        policy.name = name
        return try TestBroker(policy, Self.reopenInMemory(store), clock, documents, reopen)
    }

    private init(
        _ policy: BrokerPolicy, _ store: any Store, _ clock: VirtualClock,
        _ documents: ShelfReader, _ reopen: @escaping (any Store) throws -> any Store
    ) throws {
        self.documents = documents
        self.policy = policy
        self.store = store
        self.clock = clock
        self.reopen = reopen
        let state = try store.start(as: policy.name, at: clock.wall)
        self.clock.restart(lastSeen: state.lastSeen)
        turn = Turn(
            core: BrokerCore(policy: policy, state: state), store: store, reader: documents)
    }

    /// Takes what happened: one turn of the broker's loop.
    ///
    /// - Parameter crash: loses everything after the commit and starts a new broker, as the loss of
    ///   the process would.
    @discardableResult
    public func step(_ inputs: [Input], crash: Bool = false) throws -> Plan {
        let inputs = failures + inputs
        failures = []
        for case .said(_, _, _, .submit(let submission), _) in inputs {
            documents.shelf.put(submission)
        }
        let moment = clock.moment(hasRoom: hasRoom, isCrowded: isCrowded)
        let outcome = try turn.take(inputs, at: moment)
        plan = outcome.plan
        if let numbering = outcome.numbering {
            plan.writes = plan.writes.map { $0.numbered(by: numbering) }
        }
        onStep?(inputs, plan, moment)
        guard !crash else {
            let plan = plan
            try restart()
            return plan
        }
        for item in plan.outgoing { send(item) }
        return plan
    }

    /// Ends the broker without a word and starts the next one on the same store.
    public func restart() throws {
        store = try reopen(store)
        let state = try store.start(as: policy.name, at: clock.wall)
        clock.restart(lastSeen: state.lastSeen)
        turn = Turn(
            core: BrokerCore(policy: policy, state: state), store: store, reader: documents)
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

    /// Everybody whose consent somebody overrides now.
    public func patientsInEmergency() throws -> Set<PatientKey> {
        var keys = FactKeys()
        keys.overridesDueBy = .distantFuture
        return Set(try store.load(keys) { _, _ in true }.breakGlasses.values.map(\.patient))
    }

    /// Damages the stored document of a message.
    public func damage(_ message: MessageNumber) throws {
        guard let document = try store.payload(of: message) else { return }
        shelf.damage(document)
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
        guard isReachable(item.peer) else {
            failures.append(.unreachable(item.peer))
            return
        }
        sent[item.peer, default: []].append(item)
    }
}
