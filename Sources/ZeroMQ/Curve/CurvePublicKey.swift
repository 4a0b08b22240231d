/// The public half of a CURVE key pair: who somebody is.
public struct CurvePublicKey: Hashable, Sendable {
    /// Bytes of a CURVE key.
    public static var byteCount: Int { 32 }

    /// The 32 bytes, as the ZAP handler gets them.
    public let bytes: [UInt8]

    /// Takes 32 bytes; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads 40 characters of Z85; nil for anything else.
    public init?(z85: String) {
        guard z85.utf8.count == 40, let bytes = Z85.decode(z85) else { return nil }
        self.init(bytes: bytes)
    }

    /// The key as 40 characters of Z85.
    public var z85: String { Z85.text(ofKey: bytes) }
}

extension CurvePublicKey: CustomStringConvertible {
    /// The key as 40 characters of Z85.
    public var description: String { z85 }
}

extension CurvePublicKey: SocketOptionValue {
    /// The size of a key.
    public static var optionByteLimit: Int { byteCount }

    /// Takes the 32 bytes that libzmq gave.
    public init?(optionBytes: UnsafeRawBufferPointer) {
        self.init(bytes: Array(optionBytes))
    }

    /// Lends the 32 bytes.
    public func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32? {
        bytes.withUnsafeBytes(body)
    }
}
