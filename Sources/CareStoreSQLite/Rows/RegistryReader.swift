import CareModel
import CareStore
import GRDB

/// Reads everybody enrolled and every stream.
struct RegistryReader {
    private let directory: DirectoryReader
    private let names: NameTable
    private let streams: PreparedStatement

    init(_ database: Database, rows: RowReader) throws {
        directory = try DirectoryReader(database, rows: rows)
        names = rows.names
        streams = try PreparedStatement(
            database,
            """
            SELECT party, token, key, epoch, MAX(head, coalesce(
                (SELECT MAX(sequence) FROM event WHERE event.stream = stream.party), 0))
            FROM stream
            """)
    }

    /// The registry, without its version, which the file does not have.
    func registry() throws(StoreError) -> Registry {
        var registry = Registry()
        registry.directory = try directory.directory()
        for stream in try streams.all({ _ in }, stream) { registry.streams[stream.name] = stream }
        return registry
    }

    private func stream(_ row: inout Columns) throws(StoreError) -> Stream {
        Stream(
            name: try names.name(row.int()), token: row.bytes(), key: row.bytes(),
            epoch: try row.count(), head: UInt64(bitPattern: row.int()))
    }
}
