public import CareModel
public import CareStore
import CareVault
import GRDB

/// Keeps everything in one SQLite database in one folder.
///
/// One connection writes, and it alone writes the log back; readers are read-only. The folder is
/// locked for the life of the store. What it keeps of patients' documents and identifiers is sealed
/// with a key per patient; the audit log is a signed tree.
public final class SQLiteStore: Store, StoreChores {
    let directory: DataDirectory
    let queue: DatabaseQueue
    private let keys: StoreKeys
    private let checkpoints: CheckpointPolicy
    private let ring: KeyRing
    private let reserveByteCount: UInt64
    private var session: Session?
    private var failure: StoreError?
    private var room = (isEnough: true, checkedAt: ContinuousClock.now - .seconds(60))

    /// The number of the shape that the database has once a store of this version has opened it.
    public static var schemaVersion: Int64 { Schema.current.version }

    /// Opens the database of a data directory, or makes it; one of an earlier version is migrated.
    ///
    /// - Parameters:
    ///   - directory: the folder; made with mode 0700 if it is missing. Neither it nor a file in
    ///     it may be open to others.
    ///   - keys: those that the directory was written with; ``start(as:at:)`` checks them.
    ///   - reserveByteCount: what ``hasRoom`` keeps free for acknowledgements, expiry and reports.
    ///   - checkpoints: how often the audit log is signed.
    public convenience init(
        directory: String, keys: StoreKeys, reserveByteCount: UInt64 = 64 * 1_024 * 1_024,
        checkpoints: CheckpointPolicy = CheckpointPolicy()
    ) throws(StoreError) {
        try self.init(
            directory: directory, keys: keys, reserveByteCount: reserveByteCount,
            checkpoints: checkpoints, schema: .current)
    }

    /// Opens it with a schema that need not be this version's.
    init(
        directory: String, keys: StoreKeys, reserveByteCount: UInt64 = 64 * 1_024 * 1_024,
        checkpoints: CheckpointPolicy = CheckpointPolicy(), schema: Schema
    ) throws(StoreError) {
        self.keys = keys
        self.checkpoints = checkpoints
        ring = KeyRing(keys.masterKeys)
        self.reserveByteCount = reserveByteCount
        self.directory = try DataDirectory(directory)
        if try !self.directory.makeDatabaseFile() {
            try Inspection.inspect(self.directory, schema)
        }
        queue = try Self.open(self.directory.databasePath, schema)
    }

    deinit {
        // Statements go before their connection, which then empties the log: an orderly end.
        guard session != nil else { return }
        do throws(StoreError) {
            try end()
        } catch {
            // Nobody is left to be told. What is missing is a signature under the last events; the
            // next broker makes it.
            return
        }
    }

    /// Signs the last events and is finished, as a store that goes does; but this one tells if it
    /// fails.
    public func close() throws(StoreError) {
        guard session != nil else { return }
        try end()
    }

    private func end() throws(StoreError) {
        let isSound = failure == nil
        let session = session
        self.session = nil
        failure = failure ?? StoreError(.contradiction, "the store was used after its end")
        try queue.use { database in
            defer { session?.journal.detach(from: database) }
            guard isSound else { return }
            try session?.chores.finish()
            // Another connection may close last, and one that only reads writes nothing back.
            try session?.journal.close(database)
        }
    }

    private static func open(
        _ path: String, _ schema: Schema
    ) throws(StoreError) -> DatabaseQueue {
        do {
            var configuration = Configuration()
            configuration.label = "careloop.store"
            configuration.busyMode = .timeout(Double(Journal.busyMillisecondCount) / 1_000)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { try Settings.apply(to: $0) }
            try schema.migrate(queue)
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

    /// Checks keys and audit log, empties the journal, queues again what this broker had leased or
    /// nobody keeps any more, and tells what the core must know.
    ///
    /// Throws `unusable-directory` if the master keys are not those of the directory, and `corrupt`
    /// if the audit log is not as the last broker left it, or older than the checkpoint beside it.
    public func start(
        as broker: BrokerID, at time: Timestamp
    ) throws(StoreError) -> BrokerState {
        try checkUsable()
        return try guarding { () throws(StoreError) in
            try queue.use { database in
                try KeyCheck.run(database, ring.masterKeys)
                try AuditState.prepare(database, signer: keys.signer)
                let audit = try AuditState(database, signer: keys.signer)
                let file = CheckpointFile(
                    directory: directory.path, verifier: keys.signer.verifier)
                try audit.check(against: file, database)
                let isRestored = try RestoreGuard(directory: directory).countStart(database)
                let started = try Start(
                    database, as: broker, at: time, directory: directory, ring: ring,
                    audit: audit, signer: keys.signer, policy: checkpoints)
                session = started.session
                var state = started.state
                state.wasRestored = isRestored
                return state
            }
        }
    }

    /// Reads what `keys` name, from one state.
    public func load(
        _ keys: FactKeys, isKnown: (PatientKey, _ epoch: UInt32) -> Bool
    ) throws(StoreError) -> Facts {
        try reading { (session) throws(StoreError) in
            try session.facts.facts(for: keys, isKnown: isKnown)
        }
    }

    /// Commits all of a transaction's writes in one of SQLite's; after an error the store refuses
    /// everything.
    ///
    /// This store is the only writer of its file, so the facts still hold: only a consent epoch that
    /// is not the one under which something leaves is a conflict.
    public func commit(_ transaction: Transaction) throws(StoreError) -> Commit {
        let session = try startedSession()
        guard !transaction.writes.isEmpty || !transaction.epochs.isEmpty else {
            return .done(session.counters.numbering())
        }
        return try guarding { () throws(StoreError) in
            try queue.use { database in
                let commit = try session.writer.run(transaction)
                if commit != .conflict, transaction.writes.contains(where: \.destroysKey) {
                    try session.journal.forget(database)
                }
                return commit
            }
        }
    }

    /// The document of a message; nil if it had none, or it was erased.
    public func payload(of message: MessageNumber) throws(StoreError) -> Payload? {
        try reading { (session) throws(StoreError) in try session.lookup.payload(of: message) }
    }

    /// Adds a master key, has it saved, and only then wraps with it.
    ///
    /// If it cannot be saved, `input-output` or what saving threw is thrown, and the old one stays in
    /// use; the store goes on.
    public func rotateMasterKey(at time: Timestamp) throws(StoreError) -> Int {
        let session = try startedSession()
        var masterKeys = ring.masterKeys
        let version = masterKeys.addVersion(at: time)
        do {
            try keys.save(masterKeys)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(
                .inputOutput,
                "the new master key could not be saved (\(type(of: error))); the old one stays in "
                    + "use. Check the file of master keys and rotate again")
        }
        ring.use(masterKeys)
        session.chores.noteRotation()
        return version
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

    /// Writes the journal back when it is long, and cuts it when idle; wraps some data keys again
    /// after a rotation; signs the audit log when it is time.
    @discardableResult
    public func maintain(isIdle: Bool) throws(StoreError) -> Int64? {
        let session = try startedSession()
        return try guarding { () throws(StoreError) in
            try queue.use { try session.chores.run($0, isIdle: isIdle) }
        }
    }

    /// Makes a reader with a read-only connection of its own.
    public func makeReader() throws(StoreError) -> any StoreReader {
        try checkUsable()
        return try SQLiteReader(path: directory.databasePath, ring: ring)
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
///
/// A class, because it holds some hundred statements and every call takes it in hand.
final class Session {
    let lookup: Lookup
    let facts: FactReader
    let counters: Counters
    let writer: TransactionWriter
    let journal: Journal
    let chores: Chores
    let beginReading: PreparedStatement
    let endReading: PreparedStatement

    init(
        lookup: Lookup, facts: FactReader, counters: Counters, writer: TransactionWriter,
        journal: Journal, chores: Chores, beginReading: PreparedStatement,
        endReading: PreparedStatement
    ) {
        self.lookup = lookup
        self.facts = facts
        self.counters = counters
        self.writer = writer
        self.journal = journal
        self.chores = chores
        self.beginReading = beginReading
        self.endReading = endReading
    }
}

extension Write {
    /// Whether the log must not keep what the write removes.
    fileprivate var destroysKey: Bool {
        if case .shred = self { true } else { false }
    }
}
