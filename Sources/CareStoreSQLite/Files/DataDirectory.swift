import CareStore
import Foundation

/// Is the folder that holds everything the broker must not forget, held by this process alone.
///
/// Nobody but its owner may read or write it: the modes are checked, never repaired, because what
/// was open to others may have been read already.
final class DataDirectory {
    let path: String
    private let lock: CInt

    var databasePath: String { path + "/careloop.db" }
    var journalPath: String { databasePath + "-wal" }

    /// Makes the folder if it is missing and takes its lock.
    init(_ path: String) throws(StoreError) {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw Self.systemError("the data directory cannot be made")
        }
        try Self.check(path, isFolder: true)
        lock = try Self.takeLock(at: path + "/lock")
        do throws(StoreError) {
            let names = ["/careloop.db", "/careloop.db-wal", "/careloop.db-shm", "/checkpoint"]
            for name in names
            where Self.exists(path + name) {
                try Self.check(path + name, isFolder: false)
            }
        } catch {
            close(lock)
            throw error
        }
    }

    deinit {
        close(lock)
    }

    /// Makes an empty database file, readable by its owner only; true if there was none.
    ///
    /// A journal without its database, or an empty database, is what a loss leaves behind: nothing
    /// is made in its place.
    func makeDatabaseFile() throws(StoreError) -> Bool {
        guard !Self.exists(databasePath) else {
            guard Self.byteCount(of: databasePath) > 0 else {
                throw StoreError(
                    .corrupt,
                    "careloop.db is empty; restore a backup, or remove it if no broker ever ran here"
                )
            }
            return false
        }
        guard !Self.exists(journalPath) else {
            throw StoreError(
                .corrupt, "careloop.db is missing beside its journal; restore a backup")
        }
        let file = open(databasePath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.systemError("careloop.db cannot be made") }
        close(file)
        return true
    }

    /// The bytes of the journal; 0 after an orderly end.
    var journalByteCount: Int64 { Self.byteCount(of: journalPath) }

    /// The bytes of the database file.
    var databaseByteCount: Int64 { Self.byteCount(of: databasePath) }

    /// The bytes that this process may still write; nil if the system does not tell.
    var availableByteCount: UInt64? {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        return UInt64(info.f_bavail) * UInt64(info.f_frsize)
    }

    /// Throws unless there is a file, as a reader that makes nothing must find it.
    static func checkIsFile(_ path: String) throws(StoreError) {
        guard exists(path), byteCount(of: path) > 0 else {
            throw StoreError(.unusableDirectory, "there is no database at \(path)")
        }
    }

    private static func exists(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0
    }

    private static func byteCount(of path: String) -> Int64 {
        var info = stat()
        return stat(path, &info) == 0 ? Int64(info.st_size) : 0
    }

    private static func check(_ path: String, isFolder: Bool) throws(StoreError) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        var info = stat()
        guard lstat(path, &info) == 0 else { throw systemError("\(name) cannot be looked at") }
        guard info.st_mode & S_IFMT == (isFolder ? S_IFDIR : S_IFREG) else {
            throw StoreError(
                .unusableDirectory, "\(name) is not a \(isFolder ? "folder" : "file")")
        }
        guard info.st_uid == geteuid() else {
            throw StoreError(
                .unusableDirectory, "\(name) belongs to another user; run the broker as its owner")
        }
        guard info.st_mode & 0o077 == 0 else {
            throw StoreError(
                .unusableDirectory,
                "\(name) is open to others; chmod \(isFolder ? "700" : "600") it")
        }
    }

    private static func takeLock(at path: String) throws(StoreError) -> CInt {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw systemError("the lock file cannot be opened") }
        do throws(StoreError) {
            try check(path, isFolder: false)
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                guard errno == EWOULDBLOCK else { throw systemError("the lock cannot be taken") }
                throw StoreError(
                    .alreadyOpen, "the data directory is in use by \(holder(of: file)); stop it")
            }
            try nameHolder(in: file)
            return file
        } catch {
            close(file)
            throw error
        }
    }

    private static func nameHolder(in file: CInt) throws(StoreError) {
        let text = "process \(getpid()) on \(ProcessInfo.processInfo.hostName)\n"
        let bytes = Array(text.utf8)
        guard ftruncate(file, 0) == 0, pwrite(file, bytes, bytes.count, 0) == bytes.count else {
            throw systemError("the lock file cannot be written")
        }
    }

    private static func holder(of file: CInt) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(file, &bytes, bytes.count, 0)
        let line = bytes.prefix(max(0, count)).prefix { $0 >= 0x20 && $0 < 0x7F }
        return line.isEmpty ? "another process" : String(decoding: line, as: UTF8.self)
    }

    private static func systemError(_ what: String) -> StoreError {
        StoreError(
            errno == ENOSPC ? .full : .unusableDirectory,
            "\(what): \(String(cString: strerror(errno)))")
    }
}
