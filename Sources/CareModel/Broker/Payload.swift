/// Keeps the bytes of a clinical document wherever they already are, so that nobody copies them.
///
/// Subclassed by what owns the memory, such as a received ZeroMQ frame.
open class PayloadStorage: @unchecked Sendable {
    // Safety: subclasses hold immutable bytes; nothing here changes after initialisation.

    /// For subclasses.
    public init() {}

    /// The number of bytes.
    open var byteCount: Int { 0 }

    /// Calls `body` with the bytes, which stay valid during the call only.
    open func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
}

private final class ArrayPayloadStorage: PayloadStorage, @unchecked Sendable {
    // Safety: the array is a constant.
    private let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    override var byteCount: Int { bytes.count }
    override func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes(body)
    }
}

/// Is a clinical document as its sender wrote it, byte for byte.
public struct Payload: Sendable {
    /// Where the bytes are.
    public let storage: PayloadStorage

    /// Takes bytes that something else owns.
    public init(storage: PayloadStorage) { self.storage = storage }

    /// Takes bytes of its own.
    public init(_ bytes: [UInt8]) { storage = ArrayPayloadStorage(bytes) }

    /// The number of bytes.
    public var byteCount: Int { storage.byteCount }

    /// Calls `body` with the bytes and passes on what it returns or throws.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var outcome: Swift.Result<Result, Failure>?
        storage.withBytes { bytes in
            do throws(Failure) {
                outcome = .success(try body(bytes))
            } catch {
                outcome = .failure(error)
            }
        }
        guard let outcome else { preconditionFailure("PayloadStorage.withBytes did not call body") }
        return try outcome.get()
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension Payload: Equatable {
    /// Whether both hold the same.
    public static func == (left: Payload, right: Payload) -> Bool {
        guard left.storage !== right.storage else { return true }
        guard left.byteCount == right.byteCount else { return false }
        return left.withUnsafeBytes { one in right.withUnsafeBytes { two in one.elementsEqual(two) }
        }
    }
}
