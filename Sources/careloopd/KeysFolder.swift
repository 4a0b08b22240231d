import CareStoreSQLite
import CareVault
import Foundation
import ZeroMQ

/// Is the folder of the broker's keys, which lies outside its data directory: whoever gets hold of
/// one of the two can read nothing.
struct KeysFolder {
    /// The names of the four files.
    static let names = ["broker.key", "patient.key", "audit.key", "master.keys"]

    let path: String
    /// Whether systemd made it for this run; then it cannot be written.
    var isCredentials = false

    var brokerKey: String { "\(path)/broker.key" }
    var patientKey: String { "\(path)/patient.key" }
    var auditKey: String { "\(path)/audit.key" }
    var masterKeyFile: String { "\(path)/master.keys" }

    /// Finds the folder of a data directory and refuses one that protects nothing.
    ///
    /// The setting `keys.directory` (or `CARELOOPD_KEYS_DIRECTORY`) wins; then the folder that
    /// systemd's `LoadCredential` made, if it holds all four; then `-keys` beside the data.
    static func of(
        _ files: BrokerFiles, setting: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> KeysFolder {
        let folder = try place(files, setting: setting, environment: environment)
        try folder.check(against: files.directory)
        return folder
    }

    /// The place alone, unchecked.
    static func place(
        _ files: BrokerFiles, setting: String?, environment: [String: String]
    ) throws -> KeysFolder {
        let credentials = environment["CREDENTIALS_DIRECTORY"]
        guard let setting, !setting.isEmpty else {
            if let credentials, holdsAll(credentials) {
                return KeysFolder(path: credentials, isCredentials: true)
            }
            return KeysFolder(path: standardPath(of: files.directory))
        }
        guard setting.hasPrefix("/") else {
            throw OperatorFailure("keys.directory must be a path from the root.", status: 2)
        }
        return KeysFolder(path: setting, isCredentials: setting == credentials)
    }

    /// `-keys` beside the data directory.
    static func standardPath(of directory: String) -> String {
        FolderPath.absolute(directory) + "-keys"
    }

    /// Throws for a folder that is missing, open to others or within the data directory.
    func check(against directory: String) throws {
        guard !FolderPath.isInside(path, directory) else {
            throw OperatorFailure(
                "The keys are in \(path), within the data directory, where they protect nothing. "
                    + "Move them elsewhere and name the folder as keys.directory.")
        }
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            throw OperatorFailure(
                "The keys' folder \(path) is missing. Restore it from your back-up, or name the "
                    + "right one as keys.directory.")
        }
        guard PrivateFile.isClosed(info, isCredential: isCredentials) else {
            throw OperatorFailure("\(path) is open to others. Close it with: chmod 700 '\(path)'")
        }
    }

    /// The broker's CURVE keys.
    func curveKeys() throws -> CurveKeyPair {
        guard let secret = CurveSecretKey(z85: try text(at: brokerKey)) else {
            throw OperatorFailure("\(brokerKey) holds no key. Restore it from your back-up.")
        }
        return try CurveKeyPair(secretKey: secret)
    }

    /// What patients' identifiers are hashed with.
    func patients() throws -> PatientHasher {
        guard let key = Data(base64Encoded: try text(at: patientKey)),
            let hasher = PatientHasher(key: Array(key))
        else {
            throw OperatorFailure("\(patientKey) holds no key. Restore it from your back-up.")
        }
        return hasher
    }

    /// What signs the audit log and consent receipts.
    func signer() throws -> NoteSigner {
        guard let seed = Data(base64Encoded: try text(at: auditKey)),
            let signer = Self.signer(seed: Array(seed))
        else { throw OperatorFailure("\(auditKey) holds no key. Restore it from your back-up.") }
        return signer
    }

    /// The signer of a seed, named after its public key; nil for another size.
    static func signer(seed: [UInt8]) -> NoteSigner? {
        do throws(VaultError) {
            let unnamed = try NoteSigner(name: "careloop", seed: seed)
            return try NoteSigner(
                name: AuditLog.origin(of: unnamed.verifier.publicKey), seed: seed)
        } catch {
            return nil
        }
    }

    /// What wraps the patients' data keys.
    func masterKeys() throws -> MasterKeys {
        let text = try PrivateFile.read(masterKeyFile, isCredential: isCredentials)
        do throws(VaultError) {
            return try MasterKeys(text: text)
        } catch {
            throw OperatorFailure("\(masterKeyFile): \(error.message)")
        }
    }

    private static func holdsAll(_ folder: String) -> Bool {
        names.allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
    }

    private func text(at path: String) throws -> String {
        try PrivateFile.read(path, isCredential: isCredentials)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
