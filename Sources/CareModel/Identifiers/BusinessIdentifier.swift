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
public struct PatientKey: Hashable, Comparable, Sendable {
    // Words, because a key is copied with everything that is about a patient.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// Wraps a keyed hash; nil unless it has 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        func word(_ place: Int) -> UInt64 {
            bytes[place * 8..<place * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        (first, second, third, fourth) = (word(0), word(1), word(2), word(3))
    }

    /// How long every key is.
    public static let byteCount = 32

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }

    /// Writes the 32 bytes at the end of others.
    public func append(to bytes: inout [UInt8]) {
        let words = (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
        withUnsafeBytes(of: words) { bytes += $0 }
    }

    /// Mixes in the first 8 bytes: they are a keyed hash already, which nobody can steer.
    public func hash(into hasher: inout Hasher) { hasher.combine(first) }

    /// Orders by the bytes, for those who want the same order every time.
    public static func < (left: PatientKey, right: PatientKey) -> Bool {
        (left.first, left.second, left.third, left.fourth)
            < (right.first, right.second, right.third, right.fourth)
    }
}
