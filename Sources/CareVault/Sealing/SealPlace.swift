/// Says where sealed bytes are stored; they open nowhere else.
public struct SealPlace: Hashable, Sendable {
    /// The table.
    public let table: String
    /// The row's number in it.
    public let row: Int64
    /// The column.
    public let column: String
    /// The patient's key generation: which data key sealed it.
    public let generation: Int

    /// Names the place.
    public init(table: String, row: Int64, column: String, generation: Int) {
        self.table = table
        self.row = row
        self.column = column
        self.generation = generation
    }

    /// What is authenticated with the sealed bytes: a label, then each text after its length
    /// (4 bytes) and each number in 8 bytes, big-endian, so that no two places give the same.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        bytes.append(contentsOf: "careloop seal 1\n".utf8)
        bytes.append(lengthAnd: table)
        bytes.append(bigEndian: row)
        bytes.append(lengthAnd: column)
        bytes.append(bigEndian: Int64(generation))
        return bytes
    }
}

extension [UInt8] {
    /// Appends the bytes of an integer, most significant first.
    mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends the length of a text in 4 bytes, then its UTF-8.
    mutating func append(lengthAnd text: String) {
        append(bigEndian: UInt32(clamping: text.utf8.count))
        append(contentsOf: text.utf8)
    }
}
