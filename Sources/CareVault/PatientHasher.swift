public import CareModel
internal import Crypto
internal import Foundation

/// Turns patients' identifiers into the broker's keyed hashes.
///
/// HMAC-SHA256 over the length of the system (4 bytes, big-endian), the system and the value, so
/// that no two identifiers give the same input.
public struct PatientHasher: Sendable {
    private let key: SymmetricKey

    /// Takes the broker's patient key; nil unless it has 32 bytes.
    public init?(key: [UInt8]) {
        guard key.count == 32 else { return nil }
        self.key = SymmetricKey(data: key)
    }

    /// A keyed hash over an envelope and the hash of its document: what "the same content" means
    /// for a message id that comes again.
    ///
    /// Keyed, because an envelope holds a patient's identifier, and a short document can be
    /// guessed: a plain hash of either would give both away to who has the database alone.
    public func contentKey(envelope: [UInt8], payloadHash: [UInt8]?) -> [UInt8] {
        var mac = HMAC<SHA256>(key: key)
        mac.update(data: Array("careloop content 1\n".utf8))
        withUnsafeBytes(of: UInt32(clamping: envelope.count).bigEndian) { mac.update(data: $0) }
        mac.update(data: envelope)
        mac.update(data: payloadHash ?? [])
        return Array(mac.finalize())
    }

    /// The keyed hash of an identifier.
    public func key(of identifier: BusinessIdentifier) -> PatientKey {
        var mac = HMAC<SHA256>(key: key)
        let system = Array(identifier.system.utf8)
        withUnsafeBytes(of: UInt32(clamping: system.count).bigEndian) { mac.update(data: $0) }
        mac.update(data: system)
        mac.update(data: Array(identifier.value.utf8))
        guard let patient = PatientKey(bytes: Array(mac.finalize())) else {
            preconditionFailure("SHA-256 gives 32 bytes")
        }
        return patient
    }
}
