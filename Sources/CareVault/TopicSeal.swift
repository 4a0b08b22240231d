internal import Crypto
internal import Foundation

/// Seals and opens the bodies of events, so that whoever multiplies them on `evt` cannot read them.
///
/// ChaCha20-Poly1305 (RFC 8439). The nonce is the epoch (4 bytes, big-endian) and the sequence
/// (8 bytes, big-endian): a stream's key never seals two events under one of them, because a
/// sequence is given once and a restore makes a new epoch. Token, epoch and sequence are
/// authenticated with the body, so an event cannot be moved to another place or stream.
public enum TopicSeal {
    /// Bytes of a stream's key.
    public static let keyByteCount = 32
    /// Bytes of a stream's token.
    public static let tokenByteCount = 16
    /// Bytes that sealing adds: the authentication tag.
    public static let tagByteCount = 16

    /// Seals an event's body: the ciphertext, then the tag.
    ///
    /// Token and key must have their sizes; the program stops otherwise.
    public static func seal(
        _ plaintext: some Sequence<UInt8>, token: [UInt8], key: [UInt8], epoch: UInt32,
        sequence: UInt64
    ) -> [UInt8] {
        precondition(token.count == tokenByteCount, "a token has 16 bytes")
        precondition(key.count == keyByteCount, "a topic key has 32 bytes")
        do {
            let place = placeBytes(epoch, sequence)
            let box = try ChaChaPoly.seal(
                Array(plaintext), using: SymmetricKey(data: key),
                nonce: ChaChaPoly.Nonce(data: place), authenticating: token + place)
            return Array(box.ciphertext) + Array(box.tag)
        } catch {
            // Only sizes can be wrong, and they were checked.
            preconditionFailure("an event could not be sealed")
        }
    }

    /// Opens a sealed body; nil if it was changed, or sealed for another place, stream or key.
    public static func open(
        _ sealed: some Sequence<UInt8>, token: [UInt8], key: [UInt8], epoch: UInt32,
        sequence: UInt64
    ) -> [UInt8]? {
        let bytes = Array(sealed)
        guard bytes.count >= tagByteCount, token.count == tokenByteCount,
            key.count == keyByteCount
        else { return nil }
        let place = placeBytes(epoch, sequence)
        do {
            let box = try ChaChaPoly.SealedBox(
                nonce: ChaChaPoly.Nonce(data: place), ciphertext: bytes.dropLast(tagByteCount),
                tag: bytes.suffix(tagByteCount))
            return Array(
                try ChaChaPoly.open(
                    box, using: SymmetricKey(data: key), authenticating: token + place))
        } catch {
            return nil
        }
    }

    /// The nonce: 96 bits that no other event of the stream has.
    private static func placeBytes(_ epoch: UInt32, _ sequence: UInt64) -> [UInt8] {
        withUnsafeBytes(of: epoch.bigEndian) { Array($0) }
            + withUnsafeBytes(of: sequence.bigEndian) { Array($0) }
    }
}
