import CareStore
import GRDB
import GRDBSQLite

/// Knows how long the write-ahead log is and writes it back into the database.
///
/// Only the writer's connection does that: older SQLite loses pages if two connections do.
final class Journal {
    /// The frames in the log after the last commit.
    private var frameCount = 0
    /// The frames at which to write back again: later if a reader kept the last time from finishing.
    private var nextFrameCount: Int
    private let thresholdFrameCount: Int
    /// Whether the log holds something that must not stay on the disk.
    private var mustBeEmptied = false

    /// Beyond this the log is written back between batches.
    static let thresholdByteCount = 16 * 1_024 * 1_024
    /// Below this an idle broker leaves the log alone.
    private static let idleByteCount = 1_024 * 1_024
    private let idleFrameCount: Int

    init(_ database: Database) throws {
        guard let pageByteCount = try Int.fetchOne(database, sql: "PRAGMA page_size") else {
            preconditionFailure("SQLite answers this PRAGMA with a row")
        }
        thresholdFrameCount = Self.thresholdByteCount / pageByteCount
        idleFrameCount = Self.idleByteCount / pageByteCount
        nextFrameCount = thresholdFrameCount
        sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, frameCount in
                guard let context else { return SQLITE_OK }
                let journal = Unmanaged<Journal>.fromOpaque(context).takeUnretainedValue()
                journal.frameCount = Int(frameCount)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Stops listening; the object may go afterwards.
    func detach(from database: Database) {
        sqlite3_wal_hook(database.sqliteConnection, nil, nil)
    }

    /// Writes back if the log is long, without waiting for readers.
    func maintain(_ database: Database, isIdle: Bool) throws {
        if mustBeEmptied || (isIdle && frameCount >= idleFrameCount) {
            sqlite3_busy_timeout(database.sqliteConnection, 0)
            defer { sqlite3_busy_timeout(database.sqliteConnection, Self.busyMillisecondCount) }
            if try checkpoint(database, "TRUNCATE") {
                mustBeEmptied = false
                return reset()
            }
        }
        guard frameCount >= nextFrameCount else { return }
        if try checkpoint(database, "PASSIVE") {
            reset()
        } else {
            nextFrameCount = frameCount + thresholdFrameCount / 4
        }
    }

    /// Empties the log now, or as soon as no reader needs it: it holds a key that was destroyed.
    func forget(_ database: Database) throws {
        mustBeEmptied = true
        try maintain(database, isIdle: false)
    }

    /// Writes everything back, or throws: before the first promise after an unclean end.
    func empty(_ database: Database) throws {
        guard try checkpoint(database, "TRUNCATE") else {
            throw StoreError(
                .inputOutput, "another program uses the database; end it and start again")
        }
        reset()
    }

    /// Writes everything back at an orderly end, so that the database is one file; a program that reads
    /// meanwhile may prevent that, which loses nothing.
    func close(_ database: Database) throws { _ = try checkpoint(database, "TRUNCATE") }

    /// How long a statement waits for another program's lock.
    static let busyMillisecondCount: CInt = 5_000

    private func reset() {
        frameCount = 0
        nextFrameCount = thresholdFrameCount
    }

    /// True if every frame is in the database now.
    private func checkpoint(_ database: Database, _ mode: String) throws -> Bool {
        let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(\(mode))")
        guard let row else { preconditionFailure("SQLite answers this PRAGMA with a row") }
        let isBusy: Bool = row[0]
        let logged: Int = row[1]
        let written: Int = row[2]
        return !isBusy && logged == written
    }
}
