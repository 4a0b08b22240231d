import CareStore
import GRDB

/// Looks at a database before anything may write to it.
enum Inspection {
    /// After an unclean end every page of a database up to this size is checked.
    ///
    /// Larger ones would keep the broker from starting for too long; damage there is found when a
    /// page is read.
    static let fullCheckByteCount: Int64 = 256 * 1_024 * 1_024

    /// Throws if the database is damaged, not careloop's, or none that `schema` can begin with.
    ///
    /// Opens it read-only, so that nothing changes and no journal is written back.
    static func inspect(_ directory: DataDirectory, _ schema: Schema) throws(StoreError) {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(
                path: directory.databasePath, configuration: configuration)
            try queue.unsafeRead { try inspect($0, directory, schema) }
            try queue.close()
        } catch {
            throw StoreError(error)
        }
    }

    /// Throws unless the database is careloop's and has the newest shape: who only reads cannot
    /// migrate it, and would misread an older one.
    static func checkIsCurrent(_ database: Database, _ schema: Schema = .current) throws {
        let version = try checkVersion(database, schema)
        guard version == schema.version else {
            throw StoreError(
                .notMigrated,
                "careloop.db has schema \(version) of an earlier version, this program reads "
                    + "\(schema.version). Back it up and start the broker once, which migrates it")
        }
    }

    /// The version of a database that `schema` can begin with; throws for any other.
    private static func checkVersion(_ database: Database, _ schema: Schema) throws -> Int64 {
        let application = try Int64.fetchOne(database, sql: "PRAGMA application_id")
        guard application == Schema.applicationID else {
            throw StoreError(.corrupt, "careloop.db is not a database of careloop; move it away")
        }
        let version = try Schema.version(of: database)
        guard version <= schema.version else {
            throw StoreError(
                .tooNew,
                "careloop.db has schema \(version) of a newer version, this program knows "
                    + "\(schema.version). Install the newer program again, or restore the back-up "
                    + "from before the upgrade")
        }
        guard version >= schema.oldestVersion else {
            throw StoreError(
                .tooOld,
                "careloop.db was made by an unreleased version; set the broker up anew")
        }
        return version
    }

    private static func inspect(
        _ database: Database, _ directory: DataDirectory, _ schema: Schema
    ) throws {
        _ = try checkVersion(database, schema)
        guard directory.journalByteCount > 0,
            directory.databaseByteCount <= fullCheckByteCount
        else { return }
        guard try String.fetchOne(database, sql: "PRAGMA quick_check(1)") == "ok" else {
            throw StoreError(
                .corrupt, "careloop.db is damaged; keep every file and restore a backup")
        }
    }
}
