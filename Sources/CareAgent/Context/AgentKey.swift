internal import Foundation
internal import Glibc
public import ZeroMQ

/// Keeps an agent's secret key: `agent.key` in the context's folder, Z85, mode 0600.
public enum AgentKey {
    /// The file's name.
    public static let fileName = "agent.key"

    /// Makes a new key in `directory` and says its public half, which the operator enrols.
    ///
    /// - Throws: `.invalid` if there is a key, which is never overwritten.
    public static func generate(in directory: String) throws(AgentError) -> CurvePublicKey {
        let path = directory + "/" + fileName
        try PrivateFiles.makeDirectory(directory)
        guard PrivateFiles.mode(of: path) == nil else {
            throw AgentError(
                .invalid, "\(path) holds a key. Remove it first if it is to be replaced.")
        }
        let keys: CurveKeyPair
        do throws(ZeroMQError) {
            keys = try CurveKeyPair.generate()
        } catch {
            throw AgentError(.unusableContext, "\(error)")
        }
        try PrivateFiles.write(keys.secretKey.revealZ85() + "\n", to: path)
        return keys.publicKey
    }

    /// Reads the key of a context's folder.
    ///
    /// - Throws: `.unusableContext` if it is missing, broken, or readable by others.
    public static func load(from directory: String) throws(AgentError) -> CurveKeyPair {
        let path = directory + "/" + fileName
        guard let mode = PrivateFiles.mode(of: path) else {
            throw AgentError(
                .unusableContext,
                "The key \(path) is missing. Create the context again, or restore the file.")
        }
        guard mode & S_IFMT == S_IFREG, mode & 0o077 == 0 else {
            throw AgentError(
                .unusableContext,
                "Others may read the key \(path). Run: chmod 600 '\(path)'. If others could read"
                    + " it for long, have it revoked and make a new one.")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw AgentError(
                .unusableContext, "The key \(path) cannot be read. Check its owner.")
        }
        let line = text.prefix { !$0.isNewline }
        guard let secret = CurveSecretKey(z85: String(line)),
            let keys = try? CurveKeyPair(secretKey: secret)
        else {
            throw AgentError(
                .unusableContext,
                "The key \(path) is not a Z85 key of 40 characters. Restore the file.")
        }
        return keys
    }
}
