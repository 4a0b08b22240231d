import CareModel

/// Lays out a patient's identifier for sealing: the length of the system (4 bytes, big-endian),
/// the system and the value.
enum IdentifierText {
    static func bytes(of identifier: BusinessIdentifier) -> [UInt8] {
        let system = identifier.system.utf8
        return withUnsafeBytes(of: UInt32(clamping: system.count).bigEndian) { Array($0) }
            + system + identifier.value.utf8
    }

    /// Nil if the bytes are not laid out so.
    static func identifier(from bytes: [UInt8]) -> BusinessIdentifier? {
        guard bytes.count > 4 else { return nil }
        let count = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard count <= bytes.count - 4 else { return nil }
        return BusinessIdentifier(
            system: String(decoding: bytes[4..<(4 + count)], as: UTF8.self),
            value: String(decoding: bytes[(4 + count)...], as: UTF8.self))
    }
}
