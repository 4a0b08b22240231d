public import CareModel
internal import Crypto
internal import Foundation

/// Turns patients' identifiers into the broker's keyed hashes.
///
/// HMAC-SHA256 over the length of the system (4 bytes, big-endian), the system and the value, so
/// that no two identifiers give the same input.
public struct PatientHasher: Sendable {
    /// Has taken the key and nothing else; each hash goes on from a copy.
    private let keyed: HMAC<SHA256>

    /// Takes the broker's patient key; nil unless it has 32 bytes.
    public init?(key: [UInt8]) {
        guard key.count == 32 else { return nil }
        keyed = HMAC(key: SymmetricKey(data: key))
    }

    /// A keyed hash over an envelope and the hash of its document: what "the same content" means
    /// for a message id that comes again.
    ///
    /// Keyed, because an envelope holds a patient's identifier, and a short document can be
    /// guessed: a plain hash of either would give both away to who has the database alone.
    public func contentKey(envelope: [UInt8], payloadHash: [UInt8]?) -> [UInt8] {
        var input = Array("careloop content 1\n".utf8)
        Self.append(count: envelope.count, to: &input)
        input += envelope
        input += payloadHash ?? []
        return hash(of: input)
    }

    /// The keyed hash of an identifier.
    public func key(of identifier: BusinessIdentifier) -> PatientKey {
        var input: [UInt8] = []
        Self.append(count: identifier.system.utf8.count, to: &input)
        input += identifier.system.utf8
        input += identifier.value.utf8
        guard let patient = PatientKey(bytes: hash(of: input)) else {
            preconditionFailure("SHA-256 gives 32 bytes")
        }
        return patient
    }

    private static func append(count: Int, to input: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(clamping: count).bigEndian) { input += $0 }
    }

    private func hash(of input: [UInt8]) -> [UInt8] {
        var mac = keyed
        mac.update(data: input)
        return Array(mac.finalize())
    }
}
