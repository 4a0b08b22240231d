public import CareModel
internal import Crypto
internal import Foundation

/// Is a patient's data key as it is stored.
public struct WrappedKey: Equatable, Sendable {
    /// The version of the master key that wrapped it.
    public let masterVersion: Int
    /// The sealed key, 61 bytes, laid out as sealed values are.
    public let bytes: [UInt8]

    /// Takes what was stored.
    public init(masterVersion: Int, bytes: [UInt8]) {
        self.masterVersion = masterVersion
        self.bytes = bytes
    }
}

extension MasterKeys {
    /// Wraps a patient's data key of one generation with the newest master key.
    public func wrap(_ key: DataKey, for patient: PatientKey, generation: Int) -> WrappedKey {
        guard let master = entries[newest] else {
            preconditionFailure("the newest master key cannot be forgotten")
        }
        let owner = Self.ownerBytes(patient, generation, newest)
        let bytes = key.key.withUnsafeBytes {
            DataKey.seal($0, with: master.key, authenticating: owner)
        }
        return WrappedKey(masterVersion: newest, bytes: bytes)
    }

    /// Unwraps a data key.
    ///
    /// Throws `missing-key` if the master key is not there, and `broken-seal` if the wrapped key
    /// was changed or belongs to another patient, generation or version.
    public func unwrap(
        _ wrapped: WrappedKey, for patient: PatientKey, generation: Int
    ) throws(VaultError) -> DataKey {
        let version = wrapped.masterVersion
        guard let master = entries[version] else {
            throw VaultError(
                .missingKey,
                "Version \(version) of the master key is not there. Put it back into the file "
                    + "of master keys; what it wrapped cannot be read without it.")
        }
        let owner = Self.ownerBytes(patient, generation, version)
        guard let key = DataKey.open(wrapped.bytes, with: master.key, authenticating: owner),
            key.count == DataKey.byteCount
        else {
            throw VaultError(
                .brokenSeal,
                "A patient's data key does not unwrap with version \(version) of the master key: "
                    + "it was changed or moved, or the file holds another key. Restore it.")
        }
        return DataKey(bytes: key)
    }

    /// What is authenticated with a wrapped key: all parts have fixed sizes.
    private static func ownerBytes(
        _ patient: PatientKey, _ generation: Int, _ version: Int
    ) -> [UInt8] {
        var bytes = Array("careloop wrap 1\n".utf8)
        patient.append(to: &bytes)
        bytes.append(bigEndian: Int64(generation))
        bytes.append(bigEndian: Int64(version))
        return bytes
    }
}
