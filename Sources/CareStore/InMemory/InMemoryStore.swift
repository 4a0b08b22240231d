public import CareModel
import Synchronization

/// Keeps everything in memory: the reference for other stores, and the store of tests.
///
/// Nothing survives the process; ``restarted()`` stands for the broker's restart.
public final class InMemoryStore: Store {
    private let memory: Memory
    private var failure: StoreError?

    /// Makes an empty store.
    public convenience init() {
        self.init(memory: Memory())
    }

    private init(memory: Memory) {
        self.memory = memory
    }

    /// A new store on the same contents, as the next broker would find them.
    public func restarted() -> InMemoryStore { InMemoryStore(memory: memory) }

    /// Whether submissions find room; tests set it.
    public var hasRoom = true

    /// The audit log, oldest first.
    public var audit: [AuditEvent] { memory.tables.withLock { $0.audit } }

    /// Queues again what was leased and tells what the core must know.
    public func start() throws(StoreError) -> BrokerState {
        try checkUsable()
        return memory.tables.withLock { tables in
            tables.requeueLeased()
            return tables.brokerState
        }
    }

    /// Reads what `keys` name.
    public func load(_ keys: FactKeys) throws(StoreError) -> Facts {
        try checkUsable()
        return memory.tables.withLock { $0.facts(for: keys) }
    }

    /// Applies all of `writes` or none; after an error the store refuses everything.
    public func commit(_ writes: [Write]) throws(StoreError) {
        try checkUsable()
        do throws(StoreError) {
            try memory.tables.withLock { (tables) throws(StoreError) in
                try tables.commit(writes)
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

    /// The newest version of each directive of a patient, with its document.
    public func consents(of patient: PatientKey) throws(StoreError) -> [(ConsentRecord, Payload)] {
        try checkUsable()
        return memory.tables.withLock { $0.consents(of: patient) }
    }

    /// How often what a patient permits has changed.
    public func consentEpoch(of patient: PatientKey) throws(StoreError) -> UInt32 {
        try checkUsable()
        return memory.tables.withLock { $0.consentEpochs[patient] ?? 0 }
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
