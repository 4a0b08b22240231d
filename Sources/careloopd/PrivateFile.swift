import CareVault
import Foundation

/// Reads and writes files that nobody but their owner may see.
enum PrivateFile {
    /// Bytes that a file of keys may have.
    static let byteCountMax = 1 << 20

    /// Writes a file that only its owner can read.
    ///
    /// Never replaces one.
    static func create(_ text: String, at path: String) throws {
        do throws(FileFailure) {
            try AtomicFile.create(text.utf8, at: path)
        } catch {
            throw OperatorFailure("\(path) cannot be written: \(error).")
        }
    }

    /// Puts a file in the place of another: after any end there is the old one or the new one.
    ///
    /// Durable before it returns.
    static func replace(_ text: String, at path: String) throws {
        do throws(FileFailure) {
            try AtomicFile.replace(text.utf8, at: path)
        } catch {
            throw OperatorFailure("\(path) cannot be replaced: \(error).")
        }
    }

    /// What a file holds.
    ///
    /// - Parameter isCredential: whether systemd made it. Then access goes by an access list, whose
    ///   mask shows as the mode of the group (systemd.exec(5), issue systemd/systemd#29435).
    static func read(_ path: String, isCredential: Bool = false) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw failure("\(path) cannot be read") }
            throw OperatorFailure("\(path) is missing. Restore it from your back-up.")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            throw OperatorFailure("\(path) is not a file. Restore it from your back-up.")
        }
        guard isClosed(info, isCredential: isCredential) else {
            throw OperatorFailure("\(path) is open to others. Close it with: chmod 600 '\(path)'")
        }
        guard info.st_size <= byteCountMax,
            let text = String(bytes: try file.readToEnd() ?? Data(), encoding: .utf8)
        else { throw OperatorFailure("\(path) is no text. Restore it from your back-up.") }
        return text
    }

    /// Whether nobody but the owner can get at a file or folder.
    static func isClosed(_ info: stat, isCredential: Bool) -> Bool {
        info.st_mode & (isCredential ? 0o027 : 0o077) == 0
    }

    private static func failure(_ what: String) -> OperatorFailure {
        OperatorFailure("\(what): \(String(cString: strerror(errno))).")
    }
}
