import CareStore
import GRDB

/// Is what the writer's connection must be set to before anything is promised.
enum Settings {
    /// Name and value as SQLite tells it.
    static let safe: [(name: String, value: Int64)] = [
        ("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0), ("cell_size_check", 1),
        ("temp_store", 2), ("secure_delete", 1), ("wal_autocheckpoint", 0),
    ]

    /// Bytes of a page, which only a new database takes; three documents of 2 KiB share one.
    static let pageByteCount: Int64 = 8_192
    /// Memory for pages, in KiB.
    static let cacheKibibyteCount = 32_768

    /// Sets everything.
    ///
    /// Call it after GRDB has opened the connection: whatever GRDB set, this wins.
    static func apply(to database: Database) throws {
        try database.execute(sql: "PRAGMA page_size = \(pageByteCount)")
        try database.execute(sql: "PRAGMA cache_size = -\(cacheKibibyteCount)")
        _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        for setting in safe {
            try database.execute(sql: "PRAGMA \(setting.name) = \(setting.value)")
        }
    }

    /// Reads everything back and refuses what did not take.
    static func verify(_ database: Database) throws {
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        guard mode == "wal" else { throw unsafe("journal_mode") }
        for setting in safe {
            let value = try Int64.fetchOne(database, sql: "PRAGMA \(setting.name)")
            guard value == setting.value else { throw unsafe(setting.name) }
        }
    }

    private static func unsafe(_ name: String) -> StoreError {
        StoreError(
            .unsafeSetting,
            "SQLite did not take the setting \(name); use a local file system and SQLite as built by the system"
        )
    }
}
