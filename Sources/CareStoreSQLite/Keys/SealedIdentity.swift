import CareModel
import CareStore

/// Is what of a message's row would give its patient or its document away to who guesses: the
/// identifier, and the document's hash.
///
/// Laid out for sealing as system, value and hash, the first two after their lengths (4 bytes,
/// big-endian); what is absent is empty.
struct SealedIdentity {
    let identifier: BusinessIdentifier?
    let payloadHash: [UInt8]?

    init(identifier: BusinessIdentifier?, payloadHash: [UInt8]? = nil) {
        self.identifier = identifier
        self.payloadHash = payloadHash
    }

    /// Nil if the bytes are not laid out so.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let system = Self.text(&rest), let value = Self.text(&rest) else { return nil }
        identifier = BusinessIdentifier(system: system, value: value)
        payloadHash = rest.isEmpty ? nil : Array(rest)
    }

    /// Whether there is nothing to seal.
    var isEmpty: Bool { identifier == nil && payloadHash == nil }

    var bytes: [UInt8] {
        Self.bytes(of: identifier?.system) + Self.bytes(of: identifier?.value)
            + (payloadHash ?? [])
    }

    private static func bytes(of text: String?) -> [UInt8] {
        let text = text ?? ""
        return withUnsafeBytes(of: UInt32(clamping: text.utf8.count).bigEndian) { Array($0) }
            + text.utf8
    }

    private static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.count >= 4 else { return nil }
        let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return String(decoding: rest.prefix(count), as: UTF8.self)
    }
}
