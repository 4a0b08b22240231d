internal import GRDB

extension AgentStore {
    /// How far a stream was read: its epoch and last applied sequence; nil if never.
    public func cursor(_ stream: String) throws(AgentError) -> (epoch: UInt32, sequence: UInt64)? {
        try read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT epoch, sequence FROM stream WHERE name = ?",
                arguments: [stream])
            guard let row else { return nil }
            let epoch: Int64 = row["epoch"]
            let sequence: Int64 = row["sequence"]
            return (UInt32(clamping: epoch), UInt64(clamping: sequence))
        }
    }

    /// Remembers how far a stream was read.
    ///
    /// Within an epoch it never goes back: of two programs that follow the stream, one may be
    /// behind.
    public func setCursor(
        _ stream: String, epoch: UInt32, sequence: UInt64
    ) throws(AgentError) {
        try write { database in
            try Self.setCursor(stream, epoch: epoch, sequence: sequence, database)
        }
    }

    static func setCursor(
        _ stream: String, epoch: UInt32, sequence: UInt64, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO stream (name, epoch, sequence) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch,
                    sequence = excluded.sequence
                WHERE excluded.epoch <> stream.epoch OR excluded.sequence > stream.sequence
                """,
            arguments: [stream, Int64(epoch), Int64(clamping: sequence)])
    }
}
