/// Proves to somebody who knows only the log's key that the log holds an event
/// (c2sp.org/tlog-proof).
///
/// The canonical event travels as the format's extra data: the leaf is computed from it.
public struct InclusionProof: Equatable, Sendable {
    /// The canonical event.
    public let event: [UInt8]
    /// The leaf's place in the tree, from 0: one less than the event's sequence.
    public let index: Int64
    /// The path from the leaf's sibling up.
    public let path: [MerkleHash]
    /// The signed note of a checkpoint whose tree holds the leaf.
    public let note: String

    private static let header = "c2sp.org/tlog-proof@v1"

    /// Puts a proof together.
    public init(event: [UInt8], index: Int64, path: [MerkleHash], note: String) {
        self.event = event
        self.index = index
        self.path = path
        self.note = note
    }

    /// Reads a proof; nil for anything that the format does not allow, or without the event.
    public init?(text: String) {
        guard text.utf8.count <= SignedNote.maximumByteCount else { return nil }
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // No path is longer than the 63 levels of a tree.
        guard let end = lines.firstIndex(where: \.isEmpty), (3...66).contains(end),
            lines[0].elementsEqual(Self.header.utf8),
            let event = Self.word(after: "extra ", in: lines[1]).flatMap(StrictText.base64),
            let index = Self.word(after: "index ", in: lines[2]).flatMap(StrictText.integer)
        else { return nil }
        let path = lines[3..<end].compactMap {
            StrictText.base64(String(Substring($0))).flatMap(MerkleHash.init(bytes:))
        }
        guard path.count == end - 3, index >= 0 else { return nil }
        self.init(
            event: event, index: index, path: path,
            note: String(Substring(text.utf8[lines[end].endIndex...].dropFirst())))
    }

    /// What a file of the proof holds.
    public var text: String {
        var text = "\(Self.header)\nextra \(StrictText.base64(of: event))\nindex \(index)\n"
        for hash in path { text += StrictText.base64(of: hash.bytes) + "\n" }
        return text + "\n" + note
    }

    /// The checkpoint that the log signed and that holds the event.
    ///
    /// Throws `malformed-note` or `untrusted-note` for a checkpoint that this key did not sign,
    /// and `broken-proof` if the path does not lead from the event to its root.
    public func verify(by verifier: NoteVerifier) throws(VaultError) -> Checkpoint {
        let checkpoint = try verifier.openCheckpoint(note)
        let leads = MerkleProof.verifyInclusion(
            leaf: AuditLeaf.hash(of: event), index: index, size: checkpoint.size, path: path,
            root: checkpoint.root)
        guard leads else {
            throw VaultError(
                .brokenProof,
                "The path does not lead from the event to the checkpoint's root: one of them was "
                    + "changed. Ask for the proof again.")
        }
        return checkpoint
    }

    private static func word(after prefix: String, in line: Substring.UTF8View) -> String? {
        guard line.starts(with: prefix.utf8) else { return nil }
        return String(Substring(line.dropFirst(prefix.utf8.count)))
    }
}
