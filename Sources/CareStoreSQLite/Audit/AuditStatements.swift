import CareModel
import CareStore
import GRDB

/// Is what is asked of the audit log's tables; one connection's.
struct AuditStatements {
    let rows: AuditRows
    private let nextCheckpoint: PreparedStatement
    private let lastCheckpoint: PreparedStatement
    private let headRow: PreparedStatement

    init(_ database: Database) throws {
        rows = try AuditRows(database)
        let checkpoints = "SELECT \(StoredCheckpoint.columns) FROM checkpoint"
        nextCheckpoint = try PreparedStatement(
            database, "\(checkpoints) WHERE size > ? ORDER BY size LIMIT 1")
        lastCheckpoint = try PreparedStatement(
            database, "\(checkpoints) ORDER BY size DESC LIMIT 1")
        headRow = try PreparedStatement(database, StoredHead.query)
    }

    /// The oldest checkpoint with more events than `size`.
    func checkpoint(above size: Int64) throws(StoreError) -> StoredCheckpoint? {
        try nextCheckpoint.first({ $0.add(size) }) { StoredCheckpoint($0) }
    }

    func newestCheckpoint() throws(StoreError) -> StoredCheckpoint? {
        try lastCheckpoint.first { StoredCheckpoint($0) }
    }

    func head() throws(StoreError) -> StoredHead? {
        try headRow.first { StoredHead($0) }
    }

    func record(_ sequence: Int64) throws(StoreError) -> AuditRecord? {
        try records(from: sequence, to: sequence, limit: 1).first
    }

    func records(
        from first: Int64, to last: Int64, limit: Int
    ) throws(StoreError) -> [AuditRecord] {
        var found: [AuditRecord] = []
        try rows.each(from: first, to: last) { (sequence, record) throws(StoreError) in
            guard let record else {
                throw StoreError(
                    .corrupt,
                    "event \(sequence) of the audit log cannot be read; keep every file and run "
                        + "`careloopd audit verify`")
            }
            found.append(record)
            return found.count < limit
        }
        return found
    }
}
