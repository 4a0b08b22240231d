import CareStore
import GRDB

/// Looks at a database before anything may write to it.
enum Inspection {
    /// After an unclean end every page of a database up to this size is checked.
    ///
    /// Larger ones would keep the broker from starting for too long; damage there is found when a
    /// page is read.
    static let fullCheckByteCount: Int64 = 256 * 1_024 * 1_024

    /// Throws if the database is damaged, not careloop's, or a newer version's.
    ///
    /// Opens it read-only, so that nothing changes and no journal is written back.
    static func inspect(_ directory: DataDirectory) throws(StoreError) {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(
                path: directory.databasePath, configuration: configuration)
            try queue.unsafeRead { try inspect($0, directory) }
            try queue.close()
        } catch {
            throw StoreError(error)
        }
    }

    /// Throws unless the database is careloop's and of this version.
    static func checkIdentity(_ database: Database) throws {
        let application = try Int64.fetchOne(database, sql: "PRAGMA application_id")
        guard application == Schema.applicationID else {
            throw StoreError(.corrupt, "careloop.db is not a database of careloop; move it away")
        }
        let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= Schema.version else {
            throw StoreError(
                .tooNew,
                "careloop.db has schema \(version), this program knows \(Schema.version); update it"
            )
        }
        guard version == Schema.version else {
            throw StoreError(
                .tooOld,
                "careloop.db was made by an unreleased version; set the broker up anew")
        }
    }

    private static func inspect(_ database: Database, _ directory: DataDirectory) throws {
        try checkIdentity(database)
        guard directory.journalByteCount > 0,
            directory.databaseByteCount <= fullCheckByteCount
        else { return }
        guard try String.fetchOne(database, sql: "PRAGMA quick_check(1)") == "ok" else {
            throw StoreError(
                .corrupt, "careloop.db is damaged; keep every file and restore a backup")
        }
    }
}
