import CareStore
import GRDB

/// Is the shape of the database, as a list of steps that only grows.
struct Schema: Sendable {
    /// The steps, oldest first.
    let migrations: [Migration]

    /// What this version of the broker works with.
    static let current = Schema(migrations: [.broker, .numbersPersonsLeases])

    /// `clop` in ASCII: the file is careloop's.
    static let applicationID: Int64 = 0x636C_6F70

    /// The newest shape; a larger number in a file is a newer program's.
    let version: Int64
    /// The oldest shape that was released; a smaller number in a file is a trial's.
    let oldestVersion: Int64

    init(migrations: [Migration]) {
        guard let first = migrations.first, let last = migrations.last else {
            preconditionFailure("a schema without a step has no tables")
        }
        self.migrations = migrations
        oldestVersion = first.version
        version = last.version
    }

    /// Brings a database to the newest shape, each step in a transaction with its number.
    ///
    /// A step that fails leaves the database as the one before it did.
    func migrate(_ queue: DatabaseQueue) throws {
        try migrator.migrate(queue)
        let version = try queue.read { try Self.version(of: $0) }
        guard version == self.version else {
            throw StoreError(
                .corrupt,
                "careloop.db says schema \(version), but not by the steps that lead there; keep "
                    + "every file and restore a back-up")
        }
    }

    /// The number of the shape that a database says it has.
    static func version(of database: Database) throws -> Int64 {
        guard let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") else {
            preconditionFailure("SQLite answers this PRAGMA with a row")
        }
        return version
    }

    private var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for migration in migrations {
            // Rows may point to nothing while a table is made anew; all are checked before the end.
            migrator.registerMigration(migration.name, foreignKeyChecks: .deferred) { database in
                try migration.change(database)
                try database.execute(sql: "PRAGMA user_version = \(migration.version)")
            }
        }
        return migrator
    }
}
