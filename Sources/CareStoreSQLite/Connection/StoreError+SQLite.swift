import CareStore
import GRDB

extension StoreError {
    /// Says what a result code of SQLite means for the store; SQLite's messages hold no values.
    init(sqliteCode code: CInt, message: String) {
        let detail = "SQLite \(code): \(message)"
        switch ResultCode(rawValue: code).primaryResultCode {
        case .SQLITE_FULL:
            self.init(.full, "the disk is full; make room and start again (\(detail))")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
            self.init(
                .corrupt,
                "the database is damaged; keep every file and restore a backup (\(detail))")
        case .SQLITE_CONSTRAINT:
            self.init(.contradiction, "the writes contradict what is stored (\(detail))")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY:
            self.init(
                .unusableDirectory,
                "the database cannot be opened for writing; check owner and modes (\(detail))")
        default:
            self.init(
                .inputOutput,
                "reading or writing failed; check the disk and start again (\(detail))")
        }
    }

    /// Says what any error of GRDB means for the store.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            self.init(
                sqliteCode: error.extendedResultCode.rawValue,
                message: error.message ?? "no message")
        default: self.init(.inputOutput, "the database failed: \(type(of: error))")
        }
    }

    /// A row holds something that this version does not know.
    static func unreadable(_ what: String) -> StoreError {
        StoreError(
            .corrupt, "a stored \(what) cannot be read; keep every file and restore a backup")
    }
}

extension DatabaseQueue {
    /// Gives `body` the connection; turns every error into the store's.
    func use<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try unsafeRead(body)
        } catch {
            throw StoreError(error)
        }
    }
}
