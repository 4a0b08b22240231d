import CZeroMQ

/// Text for binary keys: four bytes become five printable ASCII characters (ZeroMQ RFC 32).
public enum Z85 {
    /// Writes bytes as text; nil unless their count is a multiple of four.
    public static func encode(_ bytes: [UInt8]) -> String? {
        guard bytes.count % 4 == 0 else { return nil }
        var text = [CChar](repeating: 0, count: bytes.count / 4 * 5 + 1)
        guard zmq_z85_encode(&text, bytes, bytes.count) != nil else { return nil }
        return String(validating: text.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Writes a CURVE key as text.
    static func text(ofKey bytes: [UInt8]) -> String {
        guard let text = encode(bytes) else { preconditionFailure("a key has 32 bytes") }
        return text
    }

    /// Reads text; nil unless its length is a multiple of five and every group is a valid one.
    public static func decode(_ text: String) -> [UInt8]? {
        let count = text.utf8.count
        guard count % 5 == 0, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count / 5 * 4)
        guard zmq_z85_decode(&bytes, text) != nil else { return nil }
        return bytes
    }
}
