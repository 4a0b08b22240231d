import CZeroMQ

/// The I/O threads and the inproc endpoints that a group of sockets shares.
///
/// Sockets keep their context alive. It ends when the last of them and the last reference are
/// gone; that does not hang, because sockets of this module never linger without an end.
/// Safe to use from any thread.
public final class Context: Sendable {
    /// What must be settled before the first socket exists.
    ///
    /// There is no limit of message size here: libzmq 4.3.4 takes `ZMQ_MAX_MSGSZ` and does not
    /// heed it. `SocketOption.messageByteLimit` is the one that works.
    public struct Settings: Sendable {
        /// Threads that move bytes; one is enough for a gigabyte per second.
        public var ioThreadCount: Int32
        /// The largest number of sockets open at once.
        public var socketLimit: Int32

        /// Makes settings; what is left out has libzmq's own default.
        public init(
            ioThreadCount: Int32 = 1,
            socketLimit: Int32 = 1023
        ) {
            self.ioThreadCount = ioThreadCount
            self.socketLimit = socketLimit
        }
    }

    // Safety: a libzmq context may be used from any thread, and the pointer never changes.
    nonisolated(unsafe) let pointer: UnsafeMutableRawPointer

    /// Makes a context.
    ///
    /// - Throws: `.tooManyOpenFiles` when the process has no descriptor left and
    ///   `.invalidArgument` when a setting is out of range.
    public init(_ settings: Settings = Settings()) throws(ZeroMQError) {
        guard let pointer = zmq_ctx_new() else { throw .last("make context") }
        self.pointer = pointer
        try set(ZMQ_IO_THREADS, settings.ioThreadCount, "I/O thread count")
        try set(ZMQ_MAX_SOCKETS, settings.socketLimit, "socket limit")
    }

    deinit {
        // Every socket holds a reference, so none is open here and only the reaper is waited for.
        while zmq_ctx_term(pointer) != 0, zmq_errno() == EINTR {}
    }

    /// Ends the use of all sockets: their calls throw `.contextClosed`, also those that wait now.
    ///
    /// Never waits. The sockets are still to be released by their owners.
    public func close() {
        _ = zmq_ctx_shutdown(pointer)
    }

    private func set(
        _ option: Int32, _ value: Int32, _ name: String
    ) throws(ZeroMQError) {
        guard zmq_ctx_set(pointer, option, value) == 0 else {
            throw .last("set context's", name)
        }
    }
}
