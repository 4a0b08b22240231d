public import CareModel

/// Says how large a log is and what its root is: the text of a note (c2sp.org/tlog-checkpoint).
///
/// Four lines: origin, size, root in base64, and the extension `time` with milliseconds since 1970.
public struct Checkpoint: Equatable, Sendable {
    /// Which log; also the name of the key that signs.
    public let origin: String
    /// The number of leaves.
    public let size: Int64
    /// The root over them.
    public let root: MerkleHash
    /// When it was made.
    public let at: Timestamp

    private static let timePrefix = "time "

    /// Makes the checkpoint; nil if the origin cannot name a key or the size is negative.
    public init?(origin: String, size: Int64, root: MerkleHash, at: Timestamp) {
        guard NoteText.isKeyName(origin), size >= 0 else { return nil }
        self.origin = origin
        self.size = size
        self.root = root
        self.at = at
    }

    /// Reads the text of a note that was verified; nil for any other than four lines as above.
    public init?(text: String) {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard lines.count == 5, lines[4].isEmpty, let size = StrictText.integer(lines[1]),
            let root = StrictText.base64(lines[2]).flatMap(MerkleHash.init(bytes:)),
            lines[3].hasPrefix(Self.timePrefix),
            let at = StrictText.integer(lines[3].dropFirst(Self.timePrefix.count))
        else { return nil }
        self.init(origin: lines[0], size: size, root: root, at: Timestamp(milliseconds: at))
    }

    /// The text to sign.
    public var text: String {
        let root = StrictText.base64(of: root.bytes)
        return "\(origin)\n\(size)\n\(root)\n\(Self.timePrefix)\(at.milliseconds)\n"
    }
}

extension NoteVerifier {
    /// The checkpoint in a note that this key signed.
    ///
    /// Throws `malformed-note`, also if the note is another text than a checkpoint of this origin,
    /// and `untrusted-note`.
    public func openCheckpoint(_ note: String) throws(VaultError) -> Checkpoint {
        let text = try open(note)
        guard let checkpoint = Checkpoint(text: text),
            checkpoint.origin.utf8.elementsEqual(name.utf8)
        else {
            throw VaultError(
                .malformedNote, "The note is signed, but is not a checkpoint of \(name).")
        }
        return checkpoint
    }
}
