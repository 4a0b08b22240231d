/// Is a text with signatures under it, as c2sp.org/signed-note writes them; not yet verified.
public struct SignedNote: Equatable, Sendable {
    /// Is one line of signature.
    public struct Signature: Equatable, Sendable {
        /// The key's name.
        public let name: String
        /// The key's identifier, 4 bytes.
        public let keyID: [UInt8]
        /// The signature without the identifier.
        public let bytes: [UInt8]
    }

    /// Bytes that a note may have.
    public static let maximumByteCount = 1 << 20
    /// Signatures that a note may have.
    public static let maximumSignatureCount = 100

    /// What was signed, with the newline at its end.
    public let text: String
    /// The signatures, at least one.
    public let signatures: [Signature]

    /// Reads a note.
    ///
    /// Throws `malformed-note` for anything that the format does not allow.
    public init(_ note: String) throws(VaultError) {
        let bytes = Array(note.utf8)
        guard bytes.count <= Self.maximumByteCount else {
            throw Self.malformed("it is larger than 1 MiB")
        }
        guard NoteText.isUsable(bytes) else {
            throw Self.malformed("it holds control characters or does not end a line")
        }
        guard let split = Self.lastEmptyLine(of: bytes) else {
            throw Self.malformed("no empty line parts text and signatures")
        }
        let lines = bytes[(split + 1)...].dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumSignatureCount else {
            throw Self.malformed("it has more than \(Self.maximumSignatureCount) signatures")
        }
        var signatures: [Signature] = []
        for line in lines {
            guard let signature = Self.signature(line) else {
                throw Self.malformed("a line below the text is not a signature")
            }
            signatures.append(signature)
        }
        text = String(decoding: bytes[..<split], as: UTF8.self)
        self.signatures = signatures
    }

    /// The index of the newline that is the last empty line, if lines are before and after it.
    private static func lastEmptyLine(of bytes: [UInt8]) -> Int? {
        let newline = UInt8(ascii: "\n")
        return bytes.indices.dropFirst().dropLast().last {
            bytes[$0] == newline && bytes[$0 - 1] == newline
        }
    }

    private static func signature(_ line: ArraySlice<UInt8>) -> Signature? {
        let dash = Array(NoteText.signaturePrefix.utf8)
        guard line.starts(with: dash) else { return nil }
        let words = line.dropFirst(dash.count).split(
            separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 2 else { return nil }
        let name = String(decoding: words[0], as: UTF8.self)
        guard NoteText.isKeyName(name),
            let bytes = StrictText.base64(String(decoding: words[1], as: UTF8.self)),
            bytes.count > 4
        else { return nil }
        return Signature(name: name, keyID: Array(bytes[..<4]), bytes: Array(bytes[4...]))
    }

    private static func malformed(_ why: String) -> VaultError {
        VaultError(.malformedNote, "This is not a signed note: \(why). Get it again, unchanged.")
    }
}
