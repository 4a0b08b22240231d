internal import CareModel
internal import Crypto
internal import Foundation

/// Knows a signer by name and Ed25519 public key, and opens the notes it signed.
public struct NoteVerifier: Equatable, Sendable {
    /// The signature type of Ed25519 in c2sp.org/signed-note.
    private static let ed25519: UInt8 = 0x01

    /// The key's name.
    public let name: String
    /// The key, 32 bytes.
    public let publicKey: [UInt8]
    /// The first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ key).
    public let keyID: [UInt8]

    /// Takes a key; throws `unusable-note` for a name with blanks or `+`, or another size.
    public init(name: String, publicKey: [UInt8]) throws(VaultError) {
        guard NoteText.isKeyName(name), publicKey.count == 32 else {
            throw VaultError(
                .unusableNote,
                "A verifier has a name without blanks and plus signs and a key of 32 bytes.")
        }
        self.name = name
        self.publicKey = publicKey
        let input = Array(name.utf8) + [0x0A, Self.ed25519] + publicKey
        keyID = Array(SHA256.hash(data: input).prefix(4))
    }

    /// Reads `NAME+KEYID+KEY`; throws `unusable-note` if the parts do not fit one another.
    public init(text: String) throws(VaultError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let key = StrictText.base64(String(parts[2])),
            key.first == Self.ed25519
        else {
            throw VaultError(
                .unusableNote, "A verifier is written NAME+KEYID+KEY, with an Ed25519 key.")
        }
        try self.init(name: String(parts[0]), publicKey: Array(key[1...]))
        guard keyIDText.utf8.elementsEqual(parts[1].utf8) else {
            throw VaultError(
                .unusableNote, "The verifier's identifier is not that of its name and key.")
        }
    }

    /// `NAME+KEYID+KEY`: what others need in order to verify, as one word.
    public var text: String {
        "\(name)+\(keyIDText)+\(StrictText.base64(of: [Self.ed25519] + publicKey))"
    }

    /// The text of a note that this key signed.
    ///
    /// Signatures of other keys are passed over. Throws `malformed-note`, or `untrusted-note` if
    /// this key's signature is missing or any line that claims to be one is bad.
    public func open(_ note: String) throws(VaultError) -> String {
        let note = try SignedNote(note)
        let own = note.signatures.filter {
            $0.name.utf8.elementsEqual(name.utf8) && $0.keyID == keyID
        }
        guard !own.isEmpty else {
            throw VaultError(
                .untrustedNote, "The note is not signed by \(name). Get the key of its signer.")
        }
        let text = Array(note.text.utf8)
        guard own.allSatisfy({ isValid($0.bytes, of: text) }) else {
            throw VaultError(
                .untrustedNote, "A signature of \(name) does not fit: the note was changed.")
        }
        return note.text
    }

    private func isValid(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
            return false
        }
        return key.isValidSignature(signature, for: text)
    }

    private var keyIDText: String { keyID.hexText }
}
