public import CareModel
internal import GRDB

extension AgentStore {
    /// How far a stream was read; nil if never.
    public func cursor(_ stream: StreamName) throws(AgentError) -> StreamCursor? {
        try read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT epoch, sequence FROM stream WHERE name = ?",
                arguments: [stream.description])
            guard let row else { return nil }
            let epoch: Int64 = row["epoch"]
            let sequence: Int64 = row["sequence"]
            return StreamCursor(
                epoch: try UInt32(exactly: epoch).orDamaged,
                sequence: try UInt64(exactly: sequence).orDamaged)
        }
    }

    static func setCursor(
        _ stream: StreamName, _ cursor: StreamCursor, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO stream (name, epoch, sequence) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch,
                    sequence = excluded.sequence
                WHERE excluded.epoch <> stream.epoch OR excluded.sequence > stream.sequence
                """,
            arguments: [
                stream.description, Int64(cursor.epoch), Int64(clamping: cursor.sequence),
            ])
    }
}
