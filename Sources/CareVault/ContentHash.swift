public import CareModel
internal import Crypto
internal import Foundation

/// Takes SHA-256 over what was submitted.
public enum ContentHash {
    /// Over a document.
    public static func of(_ payload: Payload) -> [UInt8] {
        payload.withUnsafeBytes { Array(SHA256.hash(data: $0)) }
    }

    /// Over an envelope and the hash of its document: what "the same content" means for a message
    /// id that comes again.
    public static func of(envelope: [UInt8], payloadHash: [UInt8]?) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: envelope)
        hash.update(data: payloadHash ?? [])
        return Array(hash.finalize())
    }
}
