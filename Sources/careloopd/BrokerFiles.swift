import CareVault
import Foundation
import ZeroMQ

/// Is the layout of a data directory.
struct BrokerFiles {
    let directory: String

    var settings: String { "\(directory)/careloopd.json" }
    var secretKey: String { "\(directory)/broker.key" }
    var patientKey: String { "\(directory)/patient.key" }
    var adminSocket: String { "\(directory)/admin.sock" }

    /// Whether a broker was set up here.
    var exist: Bool { FileManager.default.fileExists(atPath: settings) }

    /// Whether there is a database, whose keys must not be made anew.
    var hasDatabase: Bool {
        FileManager.default.fileExists(atPath: "\(directory)/careloop.db")
    }

    /// Makes the directory, if need be, private to its owner.
    func makeDirectory() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw OperatorFailure("\(directory) cannot be made. Choose another with --data.")
        }
    }

    /// Writes a file that only its owner can read.
    ///
    /// Never replaces one.
    func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw OperatorFailure("\(path) cannot be written: \(String(cString: strerror(errno))).")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
        try file.synchronize()
    }

    /// The broker's CURVE keys.
    func keys() throws -> CurveKeyPair {
        guard let secret = CurveSecretKey(z85: try secretText(at: secretKey)) else {
            throw OperatorFailure("\(secretKey) holds no key. Restore it from your back-up.")
        }
        return try CurveKeyPair(secretKey: secret)
    }

    /// What patients' identifiers are hashed with.
    func patients() throws -> PatientHasher {
        let text = try secretText(at: patientKey)
        guard let key = Data(base64Encoded: text), let hasher = PatientHasher(key: Array(key))
        else {
            throw OperatorFailure("\(patientKey) holds no key. Restore it from your back-up.")
        }
        return hasher
    }

    private func secretText(at path: String) throws -> String {
        var info = stat()
        guard stat(path, &info) == 0 else {
            throw OperatorFailure(
                "\(path) is missing. Set a broker up with: careloopd init --data \(directory)")
        }
        guard info.st_mode & 0o077 == 0 else {
            throw OperatorFailure("\(path) is open to others. Close it with: chmod 600 \(path)")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw OperatorFailure("\(path) cannot be read by this user.")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
