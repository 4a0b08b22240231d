internal import Crypto
internal import Foundation

/// Seals what is stored about one patient; random, and stored only wrapped by a master key.
///
/// A sealed value is the format (1 byte, 0x01), a nonce (12 bytes), the ciphertext and a tag
/// (16 bytes): AES-256-GCM, which BoringSSL seals faster than ChaCha20-Poly1305 on every machine
/// with AES instructions. The nonce is random, not derived from the row: after a back-up was
/// restored, a row's number may be given again, and under a nonce that was used twice the cipher
/// protects neither text. One key seals at most 2^32 values (NIST SP 800-38D, section 8.3).
public struct DataKey: Sendable {
    /// Bytes that sealing adds.
    public static let overheadByteCount = 1 + nonceByteCount + tagByteCount
    static let byteCount = 32
    private static let format: UInt8 = 0x01
    private static let nonceByteCount = 12
    private static let tagByteCount = 16

    let key: SymmetricKey

    private init(key: SymmetricKey) { self.key = key }

    /// Takes 32 bytes.
    init(bytes: [UInt8]) { key = SymmetricKey(data: bytes) }

    /// Makes a key from the system's randomness.
    public static func random() -> DataKey { DataKey(key: SymmetricKey(size: .bits256)) }

    /// Seals bytes for one place.
    public func seal(_ bytes: [UInt8], at place: SealPlace) -> [UInt8] {
        bytes.withUnsafeBytes { seal($0, at: place) }
    }

    /// Seals bytes, which are only read during the call, for one place.
    public func seal(_ bytes: UnsafeRawBufferPointer, at place: SealPlace) -> [UInt8] {
        Self.seal(bytes, with: key, authenticating: place.bytes)
    }

    /// Opens what was sealed for this place.
    ///
    /// Throws `broken-seal` if a bit was changed, or place or key are others.
    public func open(_ sealed: [UInt8], at place: SealPlace) throws(VaultError) -> [UInt8] {
        guard let bytes = Self.open(sealed, with: key, authenticating: place.bytes) else {
            throw VaultError(
                .brokenSeal,
                "A sealed value of \(place.table).\(place.column) does not open: it was changed, "
                    + "moved or sealed with another key. Restore the row from a back-up.")
        }
        return bytes
    }

    static func seal(
        _ bytes: UnsafeRawBufferPointer, with key: SymmetricKey, authenticating place: [UInt8]
    ) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(bytes, using: key, authenticating: place)
            guard let sealed = box.combined else {
                preconditionFailure("a nonce of 12 bytes has a combined form")
            }
            return [UInt8](unsafeUninitializedCapacity: sealed.count + 1) { buffer, count in
                buffer[0] = format
                count = 1 + sealed.copyBytes(to: UnsafeMutableBufferPointer(rebasing: buffer[1...]))
            }
        } catch {
            // Only the key's size can be wrong, and every way to make one checks it.
            preconditionFailure("a value could not be sealed")
        }
    }

    static func open(
        _ sealed: [UInt8], with key: SymmetricKey, authenticating place: [UInt8]
    ) -> [UInt8]? {
        guard sealed.count >= overheadByteCount, sealed.first == format else { return nil }
        return sealed.withUnsafeBytes { buffer in
            // The box refers to the array's bytes instead of copying them; it ends with the call.
            guard let start = buffer.baseAddress,
                let box = try? AES.GCM.SealedBox(
                    combined: Data(
                        bytesNoCopy: UnsafeMutableRawPointer(mutating: start + 1),
                        count: buffer.count - 1, deallocator: .none)),
                let bytes = try? AES.GCM.open(box, using: key, authenticating: place)
            else { return nil }
            return Array(bytes)
        }
    }
}

extension DataKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the key.
    public var description: String { "DataKey" }
    /// Never the key.
    public var debugDescription: String { description }
    /// Never the key.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
