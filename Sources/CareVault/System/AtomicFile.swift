public import Foundation

/// Writes small files so that after any end, also a loss of power, there is the old one or the new
/// one and never half of either.
///
/// The new bytes go into a file beside it, reach the disk, and take its name; then the folder reaches
/// the disk as well. Every program of the project replaces its files here.
public enum AtomicFile {
    /// Puts a file in the place of another, or where there was none; durable when it returns.
    ///
    /// - Parameters:
    ///   - mode: who may do what with it, less what the process takes away (umask).
    ///   - calls: what it asks of the system.
    /// - Throws: what failed. Unless it was the folder's turn, the old file stands.
    public static func replace(
        _ bytes: some Collection<UInt8>, at path: String, mode: mode_t = 0o600,
        calls: FileCalls = .system
    ) throws(FileFailure) {
        let fresh = path + ".new"
        // What a crash left behind; whoever put a link there gains nothing.
        _ = calls.unlink(fresh)
        do throws(FileFailure) {
            try write(Array(bytes), to: fresh, mode, calls)
            guard calls.rename(fresh, path) == 0 else { throw FileFailure(.rename) }
        } catch {
            _ = calls.unlink(fresh)
            throw error
        }
        try synchronizeFolder(of: path, calls)
    }

    /// Writes a file where there is none; durable when it returns.
    ///
    /// - Throws: what failed; `EEXIST` if there is one, which stays as it is.
    public static func create(
        _ bytes: some Collection<UInt8>, at path: String, mode: mode_t = 0o600,
        calls: FileCalls = .system
    ) throws(FileFailure) {
        try write(Array(bytes), to: path, mode, calls)
        try synchronizeFolder(of: path, calls)
    }

    private static func write(
        _ bytes: [UInt8], to path: String, _ mode: mode_t, _ calls: FileCalls
    ) throws(FileFailure) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = calls.open(path, flags, mode)
        guard descriptor >= 0 else { throw FileFailure(.open) }
        do throws(FileFailure) {
            try fill(descriptor, bytes, calls)
            guard calls.fsync(descriptor) == 0 else { throw FileFailure(.synchronize) }
        } catch {
            _ = calls.close(descriptor)
            throw error
        }
        guard calls.close(descriptor) == 0 else { throw FileFailure(.synchronize) }
    }

    private static func fill(
        _ descriptor: CInt, _ bytes: [UInt8], _ calls: FileCalls
    ) throws(FileFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = calls.write(descriptor, rest)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFailure(.write) }
            rest = rest.dropFirst(count)
        }
    }

    /// Without this a loss of power could bring the folder's old state back.
    private static func synchronizeFolder(
        of path: String, _ calls: FileCalls
    ) throws(FileFailure) {
        let folder = (path as NSString).deletingLastPathComponent
        let descriptor = calls.open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw FileFailure(.folder) }
        defer { _ = calls.close(descriptor) }
        guard calls.fsync(descriptor) == 0 else { throw FileFailure(.folder) }
    }
}

/// Says at which step a file could not be written, and what the system said.
public struct FileFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Is one thing after another that has to be done.
    public enum Step: Equatable, Sendable {
        /// The new file.
        case open
        /// Its bytes.
        case write
        /// Their way to the disk.
        case synchronize
        /// The name.
        case rename
        /// The folder's way to the disk; the new file has its name, but may lose it.
        case folder
    }

    /// Where it failed.
    public let step: Step
    /// The system's number for why.
    public let number: CInt

    init(_ step: Step) {
        self.step = step
        number = errno
    }

    /// Whether the disk is full.
    public var isFull: Bool { number == ENOSPC || number == EDQUOT }

    /// The system's words, such as "No space left on device".
    public var description: String { String(cString: strerror(number)) }
}
