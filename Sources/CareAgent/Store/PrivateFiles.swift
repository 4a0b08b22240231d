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
    static func makeFile(_ path: String) throws(AgentError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw AgentError(
                .unusableStore,
                "Cannot open \(path): \(String(cString: strerror(errno))). Check its owner.")
        }
        defer { _ = close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else {
            throw AgentError(.unusableStore, "\(path) belongs to somebody else. Check its owner.")
        }
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
