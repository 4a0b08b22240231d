/// Names a patient or an organisation as its health system does: a number and who gave it.
///
/// FHIR `Identifier.system` and `Identifier.value`. Compared exactly, case and all.
public struct BusinessIdentifier: Hashable, Sendable {
    /// The namespace, a URI; empty where the source gave none.
    public let system: String
    /// The number within it, never empty.
    public let value: String

    /// Makes the identifier; nil without a value.
    public init?(system: String, value: String) {
        guard !value.isEmpty else { return nil }
        self.system = system
        self.value = value
    }
}

/// Stands for a patient inside the broker: a keyed hash of a business identifier.
///
/// Nothing about the person can be read from it without the broker's key.
public struct PatientKey: Hashable, Sendable {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// Wraps a keyed hash; nil unless it has 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Mixes in the first 8 bytes: they are a keyed hash already, which nobody can steer.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    }
}
