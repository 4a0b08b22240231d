public import CareModel
import Synchronization

/// Keeps everything in memory: the reference for other stores, and the store of tests.
///
/// Nothing survives the process; ``restarted()`` stands for the broker's restart.
public final class InMemoryStore: Store, StoreChores {
    private let memory: Memory
    private var failure: StoreError?
    /// The state that the last load has seen.
    private var seen: UInt64 = 0

    /// Makes an empty store.
    public convenience init() {
        self.init(memory: Memory())
    }

    private init(memory: Memory) {
        self.memory = memory
    }

    /// Another store on the same contents, as the next broker would find them, or another one that
    /// shares them.
    public func restarted() -> InMemoryStore { InMemoryStore(memory: memory) }

    /// Whether submissions find room; tests set it.
    public var hasRoom = true

    /// Called before each commit, so that a test can have another store change something meanwhile.
    public var onCommit: (() -> Void)?

    /// How many commits were refused because something had changed.
    public private(set) var conflictCount = 0

    /// The audit log, oldest first.
    public var audit: [AuditEvent] { memory.tables.withLock { $0.audit } }

    /// Queues again what this broker had leased and tells what the core must know.
    public func start(
        as broker: BrokerID, at time: Timestamp
    ) throws(StoreError) -> BrokerState {
        try checkUsable()
        return memory.tables.withLock { tables in
            tables.requeueLeased(of: broker, at: time)
            return tables.brokerState
        }
    }

    /// Reads what `keys` name.
    public func load(
        _ keys: FactKeys, isKnown: (PatientKey, _ epoch: UInt32) -> Bool
    ) throws(StoreError) -> Facts {
        try checkUsable()
        return memory.tables.withLock { tables in
            seen = tables.revision
            return tables.facts(for: keys, isKnown: isKnown)
        }
    }

    /// Applies all of the writes or none; after an error the store refuses everything.
    ///
    /// What others have committed since the last load is a conflict if it changes what was loaded.
    public func commit(_ transaction: Transaction) throws(StoreError) -> Commit {
        try checkUsable()
        onCommit?()
        do throws(StoreError) {
            return try memory.tables.withLock { (tables) throws(StoreError) in
                guard tables.stands(transaction, isUnchanged: tables.revision == seen) else {
                    conflictCount += 1
                    return .conflict
                }
                let numbering = try tables.commit(transaction)
                return .done(numbering)
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// The document of a message; nil if it had none, or it was erased.
    public func payload(of message: MessageNumber) throws(StoreError) -> Payload? {
        try checkUsable()
        return memory.tables.withLock { $0.payload(of: message) }
    }

    /// Counts the version; nothing here is wrapped.
    public func rotateMasterKey(at time: Timestamp) throws(StoreError) -> Int {
        try checkUsable()
        return memory.tables.withLock { tables in
            tables.masterVersion += 1
            return tables.masterVersion
        }
    }

    /// Does nothing.
    @discardableResult
    public func maintain(isIdle: Bool) throws(StoreError) -> Int64? {
        try checkUsable()
        return nil
    }

    /// Makes a reader; any thread may use it.
    public func makeReader() throws(StoreError) -> any StoreReader {
        try checkUsable()
        return InMemoryReader(memory: memory)
    }

    private func checkUsable() throws(StoreError) {
        if let failure { throw failure }
    }
}

/// Shares the tables between a store and its readers.
final class Memory: Sendable {
    let tables = Mutex(Tables())
}

/// Answers from the tables as the last commit left them.
final class InMemoryReader: StoreReader {
    private let memory: Memory

    init(memory: Memory) {
        self.memory = memory
    }

    func answer(
        _ question: Question, asker: Asker, page: Page, now: Timestamp
    ) throws(StoreError) -> Answer {
        let tables = memory.tables.withLock { $0 }
        return try tables.answer(question, asker: asker, page: page)
    }

    func events(
        of stream: StreamName, from: UInt64, to: UInt64, limit: Int
    ) throws(StoreError) -> [SequencedEvent] {
        let entries = memory.tables.withLock { $0.events[stream] ?? [] }
        return Array(entries.lazy.filter { from <= $0.sequence && $0.sequence <= to }.prefix(limit))
    }

    func status() throws(StoreError) -> BrokerStatus {
        memory.tables.withLock { $0.status }
    }
}
