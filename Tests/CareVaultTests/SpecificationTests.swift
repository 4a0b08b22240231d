import CareModel
import CareVault
import Testing

@Suite("The example of AUDIT-1 holds")
struct SpecificationTests {
    private let specification: Specification
    private let signer: NoteSigner

    init() throws {
        specification = try Specification()
        signer = try NoteSigner(name: "audit.example/broker", seed: [UInt8](0..<32))
    }

    private func records() throws -> [AuditRecord] {
        try specification.block("events").split(separator: "\n").map { try record(json: $0) }
    }

    @Test("the key is that of the seed")
    func key() throws {
        #expect(try specification.block("key") == signer.verifierText + "\n")
    }

    @Test("the events have the leaves")
    func leaves() throws {
        let leaves = try records().map { "\(AuditLeaf.hash(of: $0))\n" }
        #expect(leaves.count == 3)
        #expect(try specification.block("leaves") == leaves.joined())
    }

    @Test("the checkpoint is signed over the leaves' root")
    func checkpoint() throws {
        var tree = MerkleTree()
        for record in try records() { tree.append(AuditLeaf.hash(of: record)) }
        let checkpoint = try #require(
            Checkpoint(
                origin: signer.name, size: tree.size, root: tree.root,
                at: Timestamp(milliseconds: 1_763_834_110_000)))
        #expect(try specification.block("checkpoint") == signer.sign(checkpoint))
    }

    @Test("the proof is the one made from the leaves, and verifies with the key alone")
    func proof() throws {
        let records = try records()
        let leaves = records.map { AuditLeaf.hash(of: $0) }
        let path = MerkleProof.inclusionPath(of: 1, size: 3) { leaves[Int($0)] }
        let proof = InclusionProof(
            event: AuditLeaf.bytes(of: records[1]), index: 1, path: try #require(path),
            note: try specification.block("checkpoint"))
        let text = try specification.block("proof")
        #expect(text == proof.text)
        let verifier = try NoteVerifier(text: signer.verifierText)
        #expect(try InclusionProof(text: text)?.verify(by: verifier).size == 3)
    }
}
