import CareVault
import Testing

/// Checks a proof as somebody would who has only the file and the log's public key.
enum ProofReader {
    static func expectValid(_ text: String, key: String, index: Int64, size: Int64) throws {
        let proof = try #require(InclusionProof(text: text))
        #expect(proof.index == index)
        let checkpoint = try proof.verify(by: NoteVerifier(text: key))
        #expect(checkpoint.size == size)
        let moved = InclusionProof(
            event: proof.event, index: proof.index ^ 1, path: proof.path, note: proof.note)
        #expect(throws: VaultError.self) { try moved.verify(by: NoteVerifier(text: key)) }
    }
}
