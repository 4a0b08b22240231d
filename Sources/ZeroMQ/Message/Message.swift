import CZeroMQ
import Synchronization

/// One part of a message: bytes that are never changed again, shared instead of copied.
///
/// Safe to use from any thread. Its description shows its size, never its content.
public final class Message: Sendable {
    // Safety: filled before `init` ends and closed in `deinit`; in between only `share` touches
    // the struct, under the lock, and the bytes are only read.
    private nonisolated(unsafe) let pointer: UnsafeMutablePointer<zmq_msg_t>
    // zmq_msg_copy marks its *source* as shared, so two threads must not copy at once.
    private let sharing = Mutex(())

    /// Takes over an initialised `zmq_msg_t` and its allocation.
    init(adopting pointer: UnsafeMutablePointer<zmq_msg_t>) {
        self.pointer = pointer
    }

    /// Makes a message from a copy of `bytes`.
    ///
    /// - Throws: `.outOfMemory`.
    public convenience init(copying bytes: UnsafeRawBufferPointer) throws(ZeroMQError) {
        self.init(adopting: try Message.copy(bytes.baseAddress, bytes.count))
    }

    /// Makes a message from a copy of `bytes`.
    ///
    /// - Throws: `.outOfMemory`.
    public convenience init(_ bytes: [UInt8]) throws(ZeroMQError) {
        self.init(adopting: try Message.copy(bytes, bytes.count))
    }

    deinit {
        _ = zmq_msg_close(pointer)
        pointer.deallocate()
    }

    /// The size of the content.
    public var byteCount: Int {
        zmq_msg_size(pointer)
    }

    /// Lends the content; the pointer must not leave `body`.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(
            UnsafeRawBufferPointer(start: zmq_msg_data(pointer), count: zmq_msg_size(pointer)))
    }

    /// A copy of the content.
    public var bytes: [UInt8] {
        withUnsafeBytes { Array($0) }
    }

    /// The user id that the ZAP handler gave to the peer; nil when there is none.
    ///
    /// To be trusted only on a socket that `secureAsServer` prepared: a peer of an unsecured one
    /// can claim any, and inproc peers have none.
    public var userID: String? {
        property("User-Id")
    }

    /// A property of the connection, such as `Peer-Address` or `Socket-Type`; nil when absent.
    ///
    /// Peers choose most of them; trust only what the ZAP handler sets.
    public func property(_ name: String) -> String? {
        guard let text = zmq_msg_gets(pointer, name) else { return nil }
        defer { withExtendedLifetime(self) {} }
        return String(validatingCString: text)
    }

    /// Whether the peer set a routing id of its own instead of leaving that to the socket.
    public var hasChosenRoutingID: Bool { property("Identity")?.isEmpty == false }

    /// Whether another part of the same message follows.
    var hasMore: Bool {
        zmq_msg_more(pointer) == 1
    }

    private static func copy(
        _ source: UnsafeRawPointer?, _ byteCount: Int
    ) throws(ZeroMQError) -> UnsafeMutablePointer<zmq_msg_t> {
        let pointer = UnsafeMutablePointer<zmq_msg_t>.allocate(capacity: 1)
        guard zmq_msg_init_size(pointer, byteCount) == 0 else {
            let error = ZeroMQError.last("make message")
            pointer.deallocate()
            throw error
        }
        if let source, byteCount > 0 {
            zmq_msg_data(pointer)?.copyMemory(from: source, byteCount: byteCount)
        }
        return pointer
    }

    /// Makes `target`, which is initialised, share the content.
    func share(with target: UnsafeMutablePointer<zmq_msg_t>) -> Int32 {
        sharing.withLock { _ in zmq_msg_copy(target, pointer) }
    }
}

extension Message: CustomStringConvertible {
    /// The size only: content may be private.
    public var description: String { "Message(\(byteCount) bytes)" }
}
