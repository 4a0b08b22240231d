public import CareModel
public import CareStore
import GRDB

/// Keeps everything in one SQLite database in one folder.
///
/// One connection writes, and it alone writes the log back; readers are read-only. The folder is
/// locked for the life of the store.
public final class SQLiteStore: Store {
    let directory: DataDirectory
    let queue: DatabaseQueue
    private let reserveByteCount: UInt64
    private var session: Session?
    private var failure: StoreError?
    private var room = (isEnough: true, checkedAt: ContinuousClock.now - .seconds(60))

    /// Opens the database of a data directory, or makes it.
    ///
    /// - Parameters:
    ///   - directory: the folder; made with mode 0700 if it is missing. Neither it nor a file in
    ///     it may be open to others.
    ///   - reserveByteCount: what ``hasRoom`` keeps free for acknowledgements, expiry and reports.
    public init(
        directory: String, reserveByteCount: UInt64 = 64 * 1_024 * 1_024
    ) throws(StoreError) {
        self.reserveByteCount = reserveByteCount
        self.directory = try DataDirectory(directory)
        if try !self.directory.makeDatabaseFile() {
            try Inspection.inspect(self.directory)
        }
        queue = try Self.open(self.directory.databasePath)
    }

    deinit {
        // Statements go before their connection, which then empties the log: an orderly end.
        let session = self.session
        self.session = nil
        _ = try? queue.use { session?.journal.detach(from: $0) }
    }

    private static func open(_ path: String) throws(StoreError) -> DatabaseQueue {
        do {
            var configuration = Configuration()
            configuration.label = "careloop.store"
            configuration.busyMode = .timeout(Double(Journal.busyMillisecondCount) / 1_000)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { try Settings.apply(to: $0) }
            try Schema.migrator.migrate(queue)
            try queue.writeWithoutTransaction { database in
                // Again, because migrations switch foreign keys off and on.
                try Settings.apply(to: database)
                try Settings.verify(database)
            }
            return queue
        } catch {
            throw StoreError(error)
        }
    }

    /// Empties the journal, queues again what was leased and tells what the core must know.
    public func start() throws(StoreError) -> BrokerState {
        try checkUsable()
        return try guarding { () throws(StoreError) in
            try queue.use { database in
                try RestoreGuard(directory: directory).countStart(database)
                let started = try Start(database)
                session = started.session
                return started.state
            }
        }
    }

    /// Reads what `keys` name, from one state.
    public func load(_ keys: FactKeys) throws(StoreError) -> Facts {
        try reading { (session) throws(StoreError) in try session.lookup.facts(for: keys) }
    }

    /// Commits all of `writes` in one transaction; after an error the store refuses everything.
    public func commit(_ writes: [Write]) throws(StoreError) {
        let session = try startedSession()
        guard !writes.isEmpty else { return }
        try guarding { () throws(StoreError) in
            try queue.use { _ in try session.transaction.run(writes) }
        }
    }

    /// The document of a message; nil if it had none, or it was erased.
    public func payload(of message: MessageNumber) throws(StoreError) -> Payload? {
        try reading { (session) throws(StoreError) in try session.lookup.payload(of: message) }
    }

    /// The newest version of each directive of a patient, with its document.
    ///
    /// A document that was erased comes as an empty one, which nobody can take for a permission.
    public func consents(of patient: PatientKey) throws(StoreError) -> [(ConsentRecord, Payload)] {
        try reading { (session) throws(StoreError) in
            var found: [(ConsentRecord, Payload)] = []
            for record in try session.lookup.consents(of: patient) {
                let document = try session.lookup.payload(of: record.message)
                found.append((record, document ?? Payload([])))
            }
            return found
        }
    }

    /// Whether more than the reserve is left; looks at the file system at most once a second.
    public var hasRoom: Bool {
        let now = ContinuousClock.now
        if now - room.checkedAt >= .seconds(1) {
            // A file system that does not answer is taken for a full one.
            let available = directory.availableByteCount ?? 0
            room = (available >= reserveByteCount, now)
        }
        return room.isEnough
    }

    /// Writes the journal back when it is long, and cuts it when idle.
    public func maintain(isIdle: Bool) throws(StoreError) {
        let session = try startedSession()
        try guarding { () throws(StoreError) in
            try queue.use { try session.journal.maintain($0, isIdle: isIdle) }
        }
    }

    /// Makes a reader with a read-only connection of its own.
    public func makeReader() throws(StoreError) -> any StoreReader {
        try checkUsable()
        return try SQLiteReader(path: directory.databasePath)
    }

    /// Reads in one transaction: a state, and one lock instead of one for each row.
    private func reading<Result>(
        _ body: (Session) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let session = try startedSession()
        return try queue.use { _ in
            try session.beginReading.run()
            let result = Swift.Result { () throws(StoreError) in try body(session) }
            try session.endReading.run()
            return try result.get()
        }
    }

    private func startedSession() throws(StoreError) -> Session {
        try checkUsable()
        guard let session else {
            throw StoreError(.contradiction, "the store was used before it was started")
        }
        return session
    }

    private func checkUsable() throws(StoreError) {
        if let failure { throw failure }
    }

    /// Ends the store at the first error of a write: what reached the disk is not known.
    private func guarding<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do throws(StoreError) {
            return try body()
        } catch {
            failure = error
            throw error
        }
    }
}

/// Is what a started store works with.
struct Session {
    let lookup: Lookup
    let transaction: Transaction
    let journal: Journal
    let beginReading: PreparedStatement
    let endReading: PreparedStatement
}
