internal import Crypto
internal import Foundation

/// Signs notes: checkpoints of the audit log, and receipts of consent.
public struct NoteSigner: Sendable {
    /// Bytes of a seed.
    public static let seedByteCount = 32

    /// Verifies what this signer signs.
    public let verifier: NoteVerifier
    /// Authenticates heads of the audit log.
    public let headKey: HeadKey
    private let key: Curve25519.Signing.PrivateKey

    /// Takes a name and an Ed25519 seed of 32 bytes.
    ///
    /// Throws `unusable-note` for a name with blanks or `+`, or another size.
    public init(name: String, seed: [UInt8]) throws(VaultError) {
        guard seed.count == Self.seedByteCount,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else {
            throw VaultError(
                .unusableNote, "A signer's seed has 32 bytes. Restore the key from its back-up.")
        }
        verifier = try NoteVerifier(name: name, publicKey: Array(key.publicKey.rawRepresentation))
        headKey = HeadKey(seed: seed, name: name)
        self.key = key
    }

    /// The name in the signatures; the origin of checkpoints.
    public var name: String { verifier.name }

    /// `NAME+KEYID+KEY`: what others need in order to verify.
    public var verifierText: String { verifier.text }

    /// Signs a text: the whole note, with the text as it is.
    ///
    /// Throws `unusable-note` unless the text ends in a newline and holds no other control
    /// characters, and if its first line is the signer's name without the text being a checkpoint:
    /// somebody could take it for one.
    public func sign(_ text: String) throws(VaultError) -> String {
        let beginsAsCheckpoint = text.utf8.prefix { $0 != 0x0A }.elementsEqual(name.utf8)
        guard !beginsAsCheckpoint || Checkpoint(text: text) != nil else {
            throw VaultError(
                .unusableNote, "Only a checkpoint is signed whose first line is \(name).")
        }
        return try note(text)
    }

    /// Signs a checkpoint.
    ///
    /// Throws `unusable-note` if its origin is not the signer's name.
    public func sign(_ checkpoint: Checkpoint) throws(VaultError) -> String {
        guard checkpoint.origin.utf8.elementsEqual(name.utf8) else {
            throw VaultError(
                .unusableNote, "A log's checkpoints bear the name of its signer, \(name).")
        }
        return try note(checkpoint.text)
    }

    private func note(_ text: String) throws(VaultError) -> String {
        let bytes = Array(text.utf8)
        guard NoteText.isUsable(bytes), bytes.count <= SignedNote.maximumByteCount / 2,
            let signature = try? key.signature(for: bytes)
        else {
            throw VaultError(
                .unusableNote,
                "A text is signed only if it ends in a newline, has no other control characters "
                    + "and is at most 512 KiB.")
        }
        let line = StrictText.base64(of: verifier.keyID + Array(signature))
        return "\(text)\n\(NoteText.signaturePrefix)\(name) \(line)\n"
    }
}

extension NoteSigner: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name, never the key.
    public var description: String { "NoteSigner(\(name))" }
    /// The name, never the key.
    public var debugDescription: String { description }
    /// The name, never the key.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
