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
