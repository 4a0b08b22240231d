import CareStore
import GRDB
import GRDBSQLite

/// Is a statement that is prepared once and run many times, straight through SQLite's C interface.
///
/// GRDB's own way of running a statement costs several times what SQLite needs for a row of the
/// broker's, and the broker writes a dozen rows for each message. Use it only on the thread and
/// inside the database access that owns its connection.
struct PreparedStatement {
    private let handle: OpaquePointer
    /// Finalizes the handle when nobody holds it any more.
    private let owner: Statement

    init(_ database: Database, _ sql: String) throws {
        owner = try database.makeStatement(sql: sql)
        handle = owner.sqliteStatement
    }

    /// Prepares the insertion of a row, whose values are bound in the order of `columns`.
    init(_ database: Database, insertingInto table: String, _ columns: String) throws {
        let marks = columns.split(separator: ",").map { _ in "?" }.joined(separator: ", ")
        try self.init(database, "INSERT INTO \(table) (\(columns)) VALUES (\(marks))")
    }

    /// Runs a statement that gives no rows.
    func run(_ bind: (inout Parameters) -> Void = { _ in }) throws(StoreError) {
        try start(bind)
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE else { throw failure(code) }
        sqlite3_reset(handle)
    }

    /// Reads the first row; nil if there is none.
    func first<Row>(
        _ bind: (inout Parameters) -> Void = { _ in },
        _ read: (inout Columns) throws(StoreError) -> Row
    ) throws(StoreError) -> Row? {
        try start(bind)
        switch sqlite3_step(handle) {
        case SQLITE_ROW:
            defer { sqlite3_reset(handle) }
            return try row(read)
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return nil
        case let code:
            throw failure(code)
        }
    }

    /// Reads all rows.
    func all<Row>(
        _ bind: (inout Parameters) -> Void = { _ in },
        _ read: (inout Columns) throws(StoreError) -> Row
    ) throws(StoreError) -> [Row] {
        try start(bind)
        var rows: [Row] = []
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW:
                do throws(StoreError) {
                    rows.append(try row(read))
                } catch {
                    sqlite3_reset(handle)
                    throw error
                }
            case SQLITE_DONE:
                sqlite3_reset(handle)
                return rows
            case let code:
                throw failure(code)
            }
        }
    }

    /// Reads row after row until `read` returns false.
    func each(
        _ bind: (inout Parameters) -> Void,
        _ read: (inout Columns) throws(StoreError) -> Bool
    ) throws(StoreError) {
        try start(bind)
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW:
                do throws(StoreError) {
                    if try row(read) { continue }
                } catch {
                    sqlite3_reset(handle)
                    throw error
                }
                sqlite3_reset(handle)
                return
            case SQLITE_DONE:
                sqlite3_reset(handle)
                return
            case let code:
                throw failure(code)
            }
        }
    }

    /// Runs a statement whose last parameter is `bytes`, which SQLite reads where they are.
    func run(
        _ bind: (inout Parameters) -> Void, lastParameter bytes: [UInt8]
    ) throws(StoreError) {
        var parameters = Parameters(handle)
        bind(&parameters)
        let code = bytes.withUnsafeBytes { bytes in
            parameters.addWithoutCopy(bytes)
            return parameters.code == SQLITE_OK ? sqlite3_step(handle) : parameters.code
        }
        guard code == SQLITE_DONE else { throw failure(code) }
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// The rows that the last statement of this connection changed.
    var changedRowCount: Int { Int(sqlite3_changes(sqlite3_db_handle(handle))) }

    /// Reads the row on which the statement stands.
    private func row<Row>(
        _ read: (inout Columns) throws(StoreError) -> Row
    ) throws(StoreError) -> Row {
        var columns = Columns(handle)
        let row = try read(&columns)
        guard columns.isGood else { throw .unreadable("row") }
        return row
    }

    private func start(_ bind: (inout Parameters) -> Void) throws(StoreError) {
        var parameters = Parameters(handle)
        bind(&parameters)
        guard parameters.code == SQLITE_OK else { throw failure(parameters.code) }
    }

    private func failure(_ code: CInt) -> StoreError {
        let connection = sqlite3_db_handle(handle)
        let error = StoreError(
            sqliteCode: sqlite3_extended_errcode(connection),
            message: String(cString: sqlite3_errmsg(connection)))
        sqlite3_reset(handle)
        return error
    }
}

/// Binds the parameters of a statement, one after the other.
struct Parameters {
    private let handle: OpaquePointer
    private var index: CInt = 0
    /// The first result that was not good.
    private(set) var code = SQLITE_OK

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    mutating func add(_ value: Int64) {
        index += 1
        note(sqlite3_bind_int64(handle, index, value))
    }

    mutating func add(_ value: Int64?) {
        guard let value else { return addNull() }
        add(value)
    }

    mutating func add(_ value: Bool) { add(value ? 1 : 0 as Int64) }

    mutating func add(_ text: String?) {
        guard var text else { return addNull() }
        index += 1
        note(
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    sqlite3_bind_text(
                        handle, index, characters.baseAddress, CInt(characters.count), copying)
                }
            })
    }

    mutating func add(_ bytes: [UInt8]?) {
        guard let bytes else { return addNull() }
        index += 1
        note(bytes.withUnsafeBytes { bind($0, copying) })
    }

    /// Adds 128 bits as 16 bytes, most significant first.
    mutating func add(high: UInt64, low: UInt64) {
        index += 1
        var words = (high.bigEndian, low.bigEndian)
        note(withUnsafeBytes(of: &words) { bind($0, copying) })
    }

    /// Adds bytes that stay where they are until the statement has run.
    mutating func addWithoutCopy(_ bytes: UnsafeRawBufferPointer) {
        index += 1
        note(bind(bytes, nil))
    }

    mutating func addNull() {
        index += 1
        note(sqlite3_bind_null(handle, index))
    }

    /// A null pointer would bind NULL, so an empty blob is bound as one of length zero.
    private func bind(
        _ bytes: UnsafeRawBufferPointer, _ destructor: sqlite3_destructor_type?
    ) -> CInt {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            return sqlite3_bind_zeroblob(handle, index, 0)
        }
        return sqlite3_bind_blob64(
            handle, index, start, sqlite3_uint64(bytes.count), destructor)
    }

    private mutating func note(_ result: CInt) {
        if code == SQLITE_OK { code = result }
    }

    /// SQLITE_TRANSIENT: SQLite takes a copy.
    private var copying: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }
}

/// Reads the columns of a row, one after the other.
///
/// A column that does not hold what it is read as is damage: something stands in for it, and the
/// statement throws once the row has been read.
struct Columns {
    private let handle: OpaquePointer
    private var index: CInt = -1
    /// Whether every column read so far held what it was read as.
    private(set) var isGood = true

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    mutating func int() -> Int64 { required(optionalInt(), 0) }

    mutating func bool() -> Bool { int() != 0 }

    mutating func text() -> String { required(optionalText(), "") }

    mutating func bytes() -> [UInt8] { required(optionalBytes(), []) }

    mutating func optionalInt() -> Int64? {
        guard next(is: SQLITE_INTEGER) else { return nil }
        return sqlite3_column_int64(handle, index)
    }

    mutating func optionalText() -> String? {
        guard next(is: SQLITE_TEXT) else { return nil }
        let start = sqlite3_column_text(handle, index)
        let count = Int(sqlite3_column_bytes(handle, index))
        let text = start.flatMap {
            String(validating: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
        }
        // SQLite stores any bytes as text; what is no text any more is not read as another one.
        if text == nil { isGood = false }
        return text
    }

    mutating func optionalBytes() -> [UInt8]? {
        guard next(is: SQLITE_BLOB) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, index))
        return Array(
            UnsafeRawBufferPointer(start: sqlite3_column_blob(handle, index), count: count))
    }

    /// Reads 16 bytes as two big-endian words.
    mutating func optionalWords() -> (high: UInt64, low: UInt64)? {
        guard next(is: SQLITE_BLOB) else { return nil }
        guard sqlite3_column_bytes(handle, index) == 16,
            let start = sqlite3_column_blob(handle, index)
        else {
            isGood = false
            return nil
        }
        return (
            UInt64(bigEndian: start.loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }

    /// Goes to the next column; false for NULL, and for a value of another type.
    ///
    /// The type is asked for before the value, because reading may convert it.
    private mutating func next(is type: CInt) -> Bool {
        index += 1
        let found = sqlite3_column_type(handle, index)
        if found != type, found != SQLITE_NULL { isGood = false }
        return found == type
    }

    private mutating func required<Value>(_ value: Value?, _ standIn: Value) -> Value {
        guard let value else {
            isGood = false
            return standIn
        }
        return value
    }
}
