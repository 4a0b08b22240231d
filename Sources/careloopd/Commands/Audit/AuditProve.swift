import ArgumentParser
import CareFHIR
import CareStore
import CareStoreSQLite
import CareVault
import Foundation

/// Proves that an event is in the log that a checkpoint signs.
struct AuditProve: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case json, proof }

    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Prove that one event is in the log that a signed checkpoint covers.",
        discussion: """
            The proof holds that event and hashes, nothing of the others. `--format proof` gives the \
            file of AUDIT-1.md, section 5 (c2sp.org/tlog-proof). Before it is handed out, the \
            checkpoint's signature is checked with the audit key in the folder of keys, or --key.
            """)

    @OptionGroup var data: DataOptions

    @Argument(help: "The event's number in the log.")
    var sequence: Int64

    @Option(
        help: ArgumentHelp(
            "The audit key, as `careloopd audit key` prints it. With it no secret is read.",
            valueName: "vkey"))
    var key: String?

    @Option(help: ArgumentHelp("json or proof.", valueName: "format"))
    var format = Format.json

    func run() async throws {
        let (verifier, _) = try await data.auditKeys(key)
        let proof: AuditProof
        let log = try AuditLog.ofBroker(data.files)
        do throws(StoreError) {
            proof = try log.prove(sequence: sequence)
        } catch {
            throw OperatorFailure(
                "\(error.message).", status: [.absent, .corrupt].contains(error.code) ? 1 : 2)
        }
        try Self.check(proof.note, by: verifier)
        switch format {
        case .json: Self.json(proof).printLine()
        case .proof:
            let file = InclusionProof(
                event: AuditLeaf.bytes(of: proof.record), index: proof.index, path: proof.path,
                note: proof.note)
            print(file.text, terminator: "")
        }
    }

    /// Throws unless the key signed the checkpoint: the database alone could hold anybody's.
    static func check(_ note: String, by verifier: NoteVerifier) throws {
        do throws(VaultError) {
            _ = try verifier.openCheckpoint(note)
        } catch {
            throw OperatorFailure(
                "The checkpoint over that event is not signed by \(verifier.name), so nothing is "
                    + "proved. Keep every file and run: careloopd audit verify")
        }
    }

    static func json(_ proof: AuditProof) -> JSONOutput {
        .members([
            ("event", proof.record.json),
            ("canonical", .string(base64(AuditLeaf.bytes(of: proof.record)))),
            ("index", .number(proof.index)), ("size", .number(proof.size)),
            ("path", .array(proof.path.map { .string(base64($0.bytes)) })),
            ("checkpoint", .string(proof.note)),
        ])
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
