import GRDB

/// Is one step from a shape of the database to the next.
///
/// Each has a file of its own in this folder and a line in ``Schema/current``. Once a version with it
/// was released its file is never changed: what it does wrong a later one mends.
struct Migration: Sendable {
    /// Its number and what it brings, such as `1 broker`; the database keeps it.
    let name: String
    /// The `user_version` of a database that has it.
    let version: Int64
    /// Changes the database, in one transaction with the new version.
    let change: @Sendable (Database) throws -> Void

    init(
        _ name: String, version: Int64, _ change: @escaping @Sendable (Database) throws -> Void
    ) {
        self.name = name
        self.version = version
        self.change = change
    }

    init(_ name: String, version: Int64, sql: String) {
        self.init(name, version: version) { try $0.execute(sql: sql) }
    }
}
