import CareModel
import CareVault
import Foundation
import ZeroMQ

extension KeysFolder {
    /// Makes the folder and its four files.
    ///
    /// Never replaces a key: what it opens would be lost.
    func make() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw OperatorFailure("\(path) cannot be made. Choose another with --keys.")
        }
        try PrivateFile.create(
            try CurveKeyPair.generate().secretKey.revealZ85() + "\n", at: brokerKey)
        try PrivateFile.create(Self.random() + "\n", at: patientKey)
        try PrivateFile.create(Self.random() + "\n", at: auditKey)
        try PrivateFile.create(MasterKeys.first(at: Instant.now).text, at: masterKeyFile)
    }

    /// The first of the four files that is there already.
    var keyThatExists: String? {
        Self.names.first { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
    }

    /// 32 random bytes in base64.
    private static func random() -> String {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return Data(bytes).base64EncodedString()
    }
}
