import CareStore
import Foundation
import GRDB

/// Notices that the database is not the one that ran here last: somebody restored a back-up.
///
/// Each start is counted in the database and in a file beside it. When they differ, every stream
/// gets a new epoch, token and key in the same transaction: the sequences that came after the
/// back-up will be given again, and a place sealed twice with one key would show both bodies. A
/// crash between the two counts looks the same and costs the watchers a new subscription.
struct RestoreGuard {
    private let file: SmallFile

    init(directory: DataDirectory) {
        file = SmallFile("starts", in: directory.path)
    }

    /// Counts this start and renews the streams if it does not follow the last one; whether a
    /// back-up was restored.
    ///
    /// A database that is one start ahead of the file tells of a crash, not of a restore.
    func countStart(_ database: Database) throws -> Bool {
        var starts: Int64 = 0
        var isRestored = false
        try database.inTransaction(.immediate) {
            starts = try BrokerRow.value("starts", database)
            let known = try known()
            if starts != known { try renewStreams(database) }
            let isFirst = starts == 0 && known == nil
            isRestored = !isFirst && starts != known && starts - 1 != known
            starts += 1
            try database.execute(sql: "UPDATE broker SET starts = ?", arguments: [starts])
            return .commit
        }
        try write(starts)
        return isRestored
    }

    /// The count in the file; nil if there is none.
    ///
    /// A file that cannot be read, or holds no number, tells nothing of a restore, and is an error.
    private func known() throws -> Int64? {
        let bytes: [UInt8]?
        do throws(FileTrouble) {
            bytes = try file.bytes()
        } catch {
            throw StoreError(error)
        }
        guard let bytes else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let count = Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw StoreError(
                .corrupt,
                "the file starts in the data directory is damaged; move it out of there and start "
                    + "again: the broker then takes the database for one that was restored")
        }
        return count
    }

    private func renewStreams(_ database: Database) throws {
        for stream in try Int64.fetchAll(database, sql: "SELECT party FROM stream") {
            try database.execute(
                sql: "UPDATE stream SET epoch = epoch + 1, token = ?, key = ? WHERE party = ?",
                arguments: [Self.random(16), Self.random(32), stream])
        }
    }

    private static func random(_ count: Int) -> Data {
        var random = SystemRandomNumberGenerator()
        return Data((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    private func write(_ starts: Int64) throws {
        do throws(FileTrouble) {
            try file.replace(with: "\(starts)\n")
        } catch {
            throw StoreError(error)
        }
    }
}
