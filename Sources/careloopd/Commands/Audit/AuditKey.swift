import ArgumentParser
import CareVault

/// Prints the audit log's public key.
struct AuditKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Print the public key that checkpoints and consent receipts are checked with.",
        discussion: "Not secret. Hand it out on a way that the receiver trusts.")

    @OptionGroup var data: DataOptions

    func run() async throws {
        print(try await data.keys().signer().verifierText)
    }
}

extension DataOptions {
    /// What checks the audit log: the key given, or that of the folder of keys with what
    /// authenticates the head.
    ///
    /// A key that cannot be used ends a command with status 2.
    func auditKeys(_ given: String?) async throws -> (verifier: NoteVerifier, headKey: HeadKey?) {
        do {
            guard let given else {
                let signer = try await keys().signer()
                return (signer.verifier, signer.headKey)
            }
            return (try NoteVerifier(text: given), nil)
        } catch let error as VaultError {
            throw OperatorFailure(error.message, status: 2)
        } catch let failure as OperatorFailure {
            throw OperatorFailure(failure.message, status: 2)
        }
    }
}
