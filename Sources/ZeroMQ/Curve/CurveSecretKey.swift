import CZeroMQ
import Glibc

/// The secret half of a CURVE key pair.
///
/// Printing, interpolating or mirroring it shows nothing of the key. Its memory is overwritten
/// when the last copy goes.
public struct CurveSecretKey: Sendable {
    private let storage: Storage

    /// Takes 32 bytes; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == CurvePublicKey.byteCount else { return nil }
        storage = bytes.withUnsafeBytes { Storage(copying: $0) }
    }

    /// Reads 40 characters of Z85; nil for anything else.
    public init?(z85: String) {
        guard z85.utf8.count == 40, let bytes = Z85.decode(z85) else { return nil }
        self.init(bytes: bytes)
    }

    /// The key as 40 characters of Z85, for the file it is kept in and nothing else.
    public func revealZ85() -> String {
        Z85.text(ofKey: Array(storage.bytes))
    }

    /// Computes the public half.
    ///
    /// - Throws: `.notSupported` for a libzmq without CURVE.
    public func publicKey() throws(ZeroMQError) -> CurvePublicKey {
        var text = [CChar](repeating: 0, count: 41)
        guard zmq_curve_public(&text, revealZ85()) == 0 else { throw .last("derive public key") }
        let characters = text.prefix(40).map(UInt8.init(bitPattern:))
        guard let key = CurvePublicKey(z85: String(decoding: characters, as: UTF8.self)) else {
            throw ZeroMQError(.invalidArgument, "derive public key")
        }
        return key
    }

    private final class Storage: Sendable {
        // Safety: filled in `init`, only read until `deinit`.
        nonisolated(unsafe) private let memory: UnsafeMutableRawPointer
        private let byteCount: Int

        init(copying bytes: UnsafeRawBufferPointer) {
            byteCount = bytes.count
            memory = .allocate(byteCount: byteCount, alignment: 8)
            UnsafeMutableRawBufferPointer(start: memory, count: byteCount).copyMemory(from: bytes)
        }

        deinit {
            // Not a loop of stores: a compiler may drop those to memory about to be freed.
            explicit_bzero(memory, byteCount)
            memory.deallocate()
        }

        var bytes: UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(start: memory, count: byteCount)
        }
    }
}

extension CurveSecretKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Nothing of the key.
    public var description: String { "CurveSecretKey(hidden)" }
    /// Nothing of the key.
    public var debugDescription: String { description }
    /// No children, so that `dump` shows nothing of the key.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension CurveSecretKey: SocketOptionValue {
    /// The size of a key.
    public static var optionByteLimit: Int { CurvePublicKey.byteCount }

    /// Takes the 32 bytes that libzmq gave.
    public init?(optionBytes: UnsafeRawBufferPointer) {
        self.init(bytes: Array(optionBytes))
    }

    /// Lends the 32 bytes.
    public func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32? {
        withExtendedLifetime(storage) { body(storage.bytes) }
    }
}
