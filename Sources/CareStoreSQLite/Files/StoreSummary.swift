public import CareModel
public import CareStore
import CareVault
import GRDB

/// Is what an operator's commands must know of a data directory, read without changing anything.
///
/// Works beside a running broker and without one.
public struct StoreSummary: Equatable, Sendable {
    /// `wal` for a database as the broker makes it.
    public let journalMode: String
    /// How many patients' data keys each version of the master key wraps.
    public let patientsByMasterVersion: [Int: Int]
    /// The latest time that is stored; the clock should not be behind it.
    public let lastSeen: Timestamp
    /// The number of events that the head of the audit log speaks of.
    public let auditEventCount: Int64
    /// The number of events under the newest checkpoint; 0 before the first.
    public let checkpointedEventCount: Int64
    /// The time of the oldest event that no checkpoint covers; nil if all are covered.
    public let uncoveredSince: Timestamp?

    /// Reads the database of a data directory.
    ///
    /// Throws if there is none, or it is not careloop's or of another version.
    public init(directory: String) throws(StoreError) {
        let path = directory + "/careloop.db"
        try DataDirectory.checkIsFile(path)
        do {
            self = try DatabaseQueue.readOnly(path, label: "careloop.summary").read {
                try Inspection.checkIsCurrent($0)
                return try StoreSummary($0)
            }
        } catch {
            throw StoreError(error)
        }
    }

    private init(_ database: Database) throws {
        guard let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode") else {
            preconditionFailure("SQLite answers this PRAGMA with a row")
        }
        journalMode = mode
        var counts: [Int: Int] = [:]
        let wrapped = try Row.fetchCursor(
            database,
            sql: """
                SELECT master_version, COUNT(*) FROM patient
                WHERE master_version IS NOT NULL GROUP BY master_version
                """)
        while let row = try wrapped.next() { counts[row[0]] = row[1] }
        patientsByMasterVersion = counts
        lastSeen = Timestamp(
            milliseconds: try BrokerRow.value("last_seen", database))
        auditEventCount = try Int64.fetchOne(database, sql: "SELECT size FROM audit_head") ?? 0
        let covered = try Int64.fetchOne(database, sql: "SELECT MAX(size) FROM checkpoint") ?? 0
        checkpointedEventCount = covered
        uncoveredSince = try Int64.fetchOne(
            database,
            sql: "SELECT at FROM audit WHERE sequence > ? ORDER BY sequence LIMIT 1",
            arguments: [covered]
        ).map(Timestamp.init(milliseconds:))
    }
}
