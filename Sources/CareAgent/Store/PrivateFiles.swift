internal import CareVault
internal import Foundation
internal import Glibc

/// Makes and checks files that nobody but their owner may read.
enum PrivateFiles {
    /// Makes a directory of mode 0700 with its parents, or insists that it has no wider mode.
    static func makeDirectory(_ path: String) throws(AgentError) {
        if !FileManager.default.fileExists(atPath: path) {
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            } catch {
                throw AgentError(
                    .unusableStore, "Cannot make the folder \(path). Check who may write there.")
            }
        }
        guard let mode = mode(of: path), mode & S_IFMT == S_IFDIR else {
            throw AgentError(.unusableStore, "\(path) is not a folder. Move it out of the way.")
        }
        guard mode & 0o077 == 0 else {
            throw AgentError(
                .unusableStore,
                "Others may look into \(path), which holds mail. Run: chmod 700 '\(path)'")
        }
    }

    /// Makes an empty file of mode 0600 unless it is there; SQLite gives its side files the same.
    ///
    /// A file that is there is not opened: closing it would take away the locks that SQLite holds on
    /// it for another store of this process.
    static func makeFile(_ path: String) throws(AgentError) {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = Glibc.open(path, flags, 0o600)
        if descriptor >= 0 { close(descriptor) }
        guard descriptor >= 0 || errno == EEXIST else {
            throw AgentError(
                .unusableStore,
                "Cannot make \(path): \(String(cString: strerror(errno))). Check its owner.")
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw AgentError(.unusableStore, "\(path) is not a file. Move it out of the way.")
        }
        guard chmod(path, 0o600) == 0 else {
            throw AgentError(.unusableStore, "\(path) belongs to somebody else. Check its owner.")
        }
    }

    /// Does something while no other program, and no other thread, does the same in this folder.
    ///
    /// - Throws: what `body` throws; `.unusableStore` if another does not end within 10 seconds.
    static func locked<Value>(_ directory: String, _ body: () throws -> Value) throws -> Value {
        let descriptor = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw cannotLock(directory) }
        defer { close(descriptor) }
        let deadline = ContinuousClock.now + .seconds(10)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw cannotLock(directory) }
            guard ContinuousClock.now < deadline else {
                throw AgentError(
                    .unusableStore,
                    "Another program has been opening \(directory) for 10 seconds. Let it finish, "
                        + "or end it, and try again.")
            }
            usleep(20_000)
        }
        return try body()
    }

    private static func cannotLock(_ directory: String) -> AgentError {
        AgentError(
            .unusableStore,
            "\(directory) cannot be locked: \(String(cString: strerror(errno)))."
                + " Move the context to a local disk.")
    }

    /// Writes a whole file of mode 0600 at once: readers see the old one or the new one.
    static func write(_ text: String, to path: String) throws(AgentError) {
        do throws(FileFailure) {
            try AtomicFile.replace(text.utf8, at: path)
        } catch {
            throw AgentError(
                .unusableContext, "Cannot write \(path): \(error). Check room and owner.")
        }
    }

    /// The mode bits of a file; nil if there is none.
    static func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : nil
    }
}
