import CareModel
import CareVault
import Testing

@Suite("Checkpoints, heads and proofs to hand out")
struct CheckpointTests {
    private static let origin = "audit.example/broker"
    private static let root = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    private static let text = """
        audit.example/broker
        8
        XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=
        time 1763834104123

        """

    private func checkpoint(size: Int64 = 8) throws -> Checkpoint {
        try #require(
            Checkpoint(
                origin: Self.origin, size: size, root: hash(Self.root),
                at: Timestamp(milliseconds: 1_763_834_104_123)))
    }

    private func signer(_ name: String = origin) throws -> NoteSigner {
        try NoteSigner(name: name, seed: [UInt8](0..<32))
    }

    @Test("a checkpoint is four lines, and is read again")
    func text() throws {
        let checkpoint = try checkpoint()
        #expect(checkpoint.text == Self.text)
        #expect(Checkpoint(text: Self.text) == checkpoint)
        for size in [0, .max] as [Int64] {
            let other = try self.checkpoint(size: size)
            #expect(Checkpoint(text: other.text) == other)
        }
    }

    @Test(
        "what is not such a text is none",
        arguments: [
            ("\n8\n", "\n08\n"), ("\n8\n", "\n-8\n"), ("\n8\n", "\n+8\n"), ("\n8\n", "\n\n"),
            ("\n8\n", "\n9223372036854775808\n"), ("\n8\n", "\n8 \n"), ("\n8\n", "\r\n8\n"),
            ("XcnaeacG", "XcnaeacGAAAA"), ("Qyg=", "Qyh="), ("Qyg=", "Qyg"), ("Qyg=\n", ""),
            ("time ", ""), ("time ", "time"), ("time 1", "time 01"), ("123\n", "123"),
            ("123\n", "123\n\n"), ("123\n", "123\nmore\n"), ("audit.example/broker", ""),
            ("audit.example", "audit example"), ("audit.example", "audit+example"),
        ])
    func malformed(part: String, other: String) throws {
        #expect(Self.text.contains(part))
        #expect(Checkpoint(text: Self.text.replacing(part, with: other)) == nil)
    }

    @Test("a checkpoint that nobody could read again is not made")
    func unusable() throws {
        let at = Timestamp(milliseconds: 0)
        let root = hash(Self.root)
        #expect(Checkpoint(origin: "a\n9", size: 1, root: root, at: at) == nil)
        #expect(Checkpoint(origin: "", size: 1, root: root, at: at) == nil)
        #expect(Checkpoint(origin: "a", size: -1, root: root, at: at) == nil)
    }

    @Test("a signed checkpoint is opened by its log's key only, and only as a checkpoint")
    func signed() throws {
        let signer = try signer()
        let checkpoint = try checkpoint()
        let note = try signer.sign(checkpoint)
        #expect(note.hasPrefix(Self.text + "\n\u{2014} audit.example/broker "))
        #expect(try signer.verifier.openCheckpoint(note) == checkpoint)
        #expect(throws: VaultError.self) { try self.signer("other").sign(checkpoint) }
        #expect(throws: VaultError.self) { try self.signer("other").verifier.openCheckpoint(note) }
        #expect(try signer.sign(Self.text) == note)
        let longer = Self.text + "more\n"
        #expect(throws: VaultError.self) { try signer.sign(longer) }
        let receipt = try signer.sign("careloop consent receipt 1\n")
        #expect(throws: VaultError.self) { try signer.verifier.openCheckpoint(receipt) }
        let foreign = try signer.sign(Self.text.replacing("audit", with: "other"))
        #expect(throws: VaultError.self) { try signer.verifier.openCheckpoint(foreign) }
    }

    @Test("a head has the MAC that another implementation gives it")
    func headLayout() throws {
        // Made with Python's cryptography and hmac: HKDF-SHA256 of seed 0...31, then HMAC-SHA256.
        let head = AuditHead(size: 8, root: hash(Self.root))
        let mac = bytes("e96d2338c9277547856498e51444a8f15ef14b4e88f9a4304ea0b1ee64501610")
        let key = try signer().headKey
        #expect(head.mac(key: key) == mac)
        #expect(head.verify(mac: mac, key: key))
    }

    @Test("another size, root, MAC, log or seed does not verify")
    func headBindings() throws {
        let key = try signer().headKey
        let head = AuditHead(size: 8, root: hash(Self.root))
        let mac = head.mac(key: key)
        #expect(!AuditHead(size: 9, root: head.root).verify(mac: mac, key: key))
        #expect(
            !flips(of: head.root).contains {
                AuditHead(size: 8, root: $0).verify(mac: mac, key: key)
            })
        #expect(!flips(of: mac).contains { head.verify(mac: $0, key: key) })
        #expect(!head.verify(mac: [], key: key))
        #expect(!head.verify(mac: mac + [0], key: key))
        #expect(!head.verify(mac: mac, key: try signer("other").headKey))
        let otherSeed = try NoteSigner(name: Self.origin, seed: [UInt8](1..<33))
        #expect(!head.verify(mac: mac, key: otherSeed.headKey))
    }

    @Test("the head of a tree is its size and root")
    func headOfTree() {
        var tree = MerkleTree()
        leaves(5).forEach { tree.append($0) }
        #expect(AuditHead(tree) == AuditHead(size: 5, root: tree.root))
    }

    private func proof(_ index: Int, of events: [[UInt8]]) throws -> InclusionProof {
        let leaves = events.map { AuditLeaf.hash(of: $0) }
        var tree = MerkleTree()
        leaves.forEach { tree.append($0) }
        let checkpoint = try #require(
            Checkpoint(
                origin: Self.origin, size: tree.size, root: tree.root,
                at: Timestamp(milliseconds: 5)))
        return InclusionProof(
            event: events[index], index: Int64(index),
            path: NaiveTree.inclusionPath(index, leaves[...]),
            note: try signer().sign(checkpoint))
    }

    @Test("a proof is written, read again and verified by somebody who has only the key")
    func inclusionProof() throws {
        let events = (0..<11).map { [UInt8](repeating: $0, count: Int($0)) }
        let verifier = try NoteVerifier(text: signer().verifierText)
        for index in events.indices {
            let proof = try proof(index, of: events)
            let read = try #require(InclusionProof(text: proof.text))
            #expect(read == proof)
            #expect(try read.verify(by: verifier).size == 11)
        }
        let only = try proof(0, of: [[7]])
        #expect(InclusionProof(text: only.text) == only)
        #expect(try only.verify(by: verifier).size == 1)
    }

    @Test("a proof of another event, index or path does not verify")
    func wrongInclusionProof() throws {
        let proof = try proof(2, of: [[0], [1], [2], [3], [4]])
        let verifier = try signer().verifier
        let wrong = [
            InclusionProof(event: [9], index: 2, path: proof.path, note: proof.note),
            InclusionProof(event: [2], index: 3, path: proof.path, note: proof.note),
            InclusionProof(event: [2], index: 2, path: [], note: proof.note),
        ]
        for proof in wrong {
            #expect(throws: VaultError.self) { try proof.verify(by: verifier) }
        }
        #expect(throws: VaultError.self) { try proof.verify(by: self.signer("other").verifier) }
    }

    @Test(
        "what is not written as a proof is none",
        arguments: [
            ("@v1", "@v2"), ("extra ", ""), ("index 2", "index 02"), ("index 2", "index -2"),
            ("index 2\n", ""), ("index 2\n", "index 2\nAAAA\n"), ("index", "Index"),
        ])
    func malformedProof(part: String, other: String) throws {
        let text = try proof(2, of: [[0], [1], [2]]).text
        #expect(text.contains(part))
        #expect(InclusionProof(text: text.replacing(part, with: other)) == nil)
        #expect(InclusionProof(text: "") == nil)
        let long = String(repeating: Self.text.split(separator: "\n")[2] + "\n", count: 64)
        #expect(InclusionProof(text: text.replacing("index 2\n", with: "index 2\n" + long)) == nil)
    }
}
