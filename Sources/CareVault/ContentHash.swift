public import CareModel
internal import Crypto
internal import Foundation

/// Takes SHA-256 over documents, as CLP/1 carries it.
public enum ContentHash {
    /// Over a document.
    public static func of(_ payload: Payload) -> [UInt8] {
        payload.withUnsafeBytes { Array(SHA256.hash(data: $0)) }
    }
}
