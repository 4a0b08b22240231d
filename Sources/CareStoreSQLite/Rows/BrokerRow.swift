import CareStore
import GRDB

/// Is the one row that every database of careloop has from its first moment.
enum BrokerRow {
    /// A column's value; without the row the database is damaged, and 0 would be an invention.
    static func value(_ column: String, _ database: Database) throws -> Int64 {
        guard let value = try Int64.fetchOne(database, sql: "SELECT \(column) FROM broker") else {
            throw StoreError(
                .corrupt,
                "careloop.db lacks its row of the broker; keep every file and restore a "
                    + "back-up")
        }
        return value
    }
}
