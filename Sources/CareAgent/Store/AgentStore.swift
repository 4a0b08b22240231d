public import CareModel
internal import Foundation
internal import GRDB
internal import Synchronization

/// Keeps an agent's mail in `agent.db`: outbox, inbox, patients' aliases, what is known of
/// referrals, and how far each stream was read.
///
/// Safe to use from several threads and several processes at once (a shell command beside
/// `careloop run`).
public final class AgentStore: Mail {
    /// Where the mail is, and beside it the context's key.
    public let directory: String

    let queue: DatabaseQueue

    /// Whether the journal may hold what was erased.
    ///
    /// At first it may: another process can have ended before it could empty it.
    private let mustEmptyJournal = Mutex(true)

    /// Opens or makes the mail in `directory`, which must be private to its owner.
    ///
    /// - Throws: `.unusableStore` if others may enter the directory, if the mail cannot be opened,
    ///   or if a newer program has changed it.
    public init(directory: String) throws(AgentError) {
        try PrivateFiles.makeDirectory(directory)
        self.directory = directory
        do {
            // Two programs may start at once: the second waits and then has nothing to migrate.
            queue = try PrivateFiles.locked(directory) { try Self.openQueue(in: directory) }
        } catch {
            throw AgentError(storing: error, in: directory)
        }
        emptyJournalIfNeeded()
    }

    private static func openQueue(in directory: String) throws -> DatabaseQueue {
        let path = directory + "/agent.db"
        try PrivateFiles.makeFile(path)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try insistOnSafety(queue)
        try AgentSchema.migrate(queue)
        return queue
    }

    private static let busyMillisecondCount = 10_000

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.journalMode = .wal
        // Longer than any transaction of another process here, shorter than anybody's patience.
        configuration.busyMode = .timeout(Double(busyMillisecondCount) / 1_000)
        configuration.label = "agent.db"
        return configuration
    }

    /// What SQLite must be set to, as it tells it.
    ///
    /// GRDB sets `synchronous` to NORMAL with WAL, which can lose the last commits in a power cut: an
    /// acknowledged delivery would be gone from both sides. What is sorted stays in memory (2), and
    /// what is deleted is overwritten.
    private static let safeSettings = [("synchronous", 2), ("temp_store", 2), ("secure_delete", 1)]

    /// Sets what is safe and reads it back.
    private static func insistOnSafety(_ queue: DatabaseQueue) throws {
        try queue.inDatabase { database in
            let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
            var isSet = mode == "wal"
            for (name, value) in safeSettings {
                try database.execute(sql: "PRAGMA \(name) = \(value)")
                let found = try Int.fetchOne(database, sql: "PRAGMA \(name)")
                isSet = isSet && found == value
            }
            guard isSet else {
                throw AgentError(
                    .unusableStore,
                    "SQLite does not write safely here. Move the context to a local disk.")
            }
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(AgentError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw AgentError(storing: error, in: directory)
        }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws(AgentError) -> Value {
        do {
            let value = try queue.write(body)
            emptyJournalIfNeeded()
            return value
        } catch {
            throw AgentError(storing: error, in: directory)
        }
    }

    /// Writes all that one turn of a session brought, in one transaction.
    public func commit(_ batch: MailBatch, at now: Timestamp) throws(AgentError) -> MailChange {
        guard !batch.isEmpty else {
            emptyJournalIfNeeded()
            return MailChange()
        }
        if !batch.erased.isEmpty || !batch.putAway.isEmpty {
            mustEmptyJournal.withLock { $0 = true }
        }
        return try write { database in
            var change = MailChange()
            for arrival in batch.arrivals where try Self.insert(arrival, at: now, database) {
                change.new.insert(arrival.envelope.message)
            }
            for lease in batch.settled { try Self.noteSettled(lease, database) }
            for lease in batch.putAway { _ = try Self.end(.lapsed, lease, database) }
            for lease in batch.erased {
                change.recalled += try Self.end(.recalled, lease, database)
            }
            for receipt in batch.receipts { try Self.record(receipt, at: now, database) }
            for delivery in batch.displaysKnown { try Self.noteDisplayKnown(delivery, database) }
            for event in batch.events {
                guard let id = event.referral else { continue }
                try Self.learn(of: id, at: now, database) { $0.learn(from: event) }
            }
            for (stream, cursor) in batch.cursors {
                try Self.setCursor(stream, cursor, database)
            }
            return change
        }
    }

    /// Takes out of the journal what was erased; while another program reads, that must wait for a
    /// later commit, or for the next program that opens the store.
    ///
    /// Waits for nobody: a reader may take long, and the session's heartbeats must not.
    private func emptyJournalIfNeeded() {
        guard mustEmptyJournal.withLock({ $0 }) else { return }
        let isEmpty: Void? = try? queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA busy_timeout = 0")
            defer {
                try? database.execute(sql: "PRAGMA busy_timeout = \(Self.busyMillisecondCount)")
            }
            // Lowered before the work, so that what another thread erases meanwhile raises it again.
            mustEmptyJournal.withLock { $0 = false }
            _ = try database.checkpoint(.truncate)
        }
        if isEmpty == nil { mustEmptyJournal.withLock { $0 = true } }
    }
}
