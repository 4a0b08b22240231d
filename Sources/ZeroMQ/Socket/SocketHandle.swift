import CZeroMQ
import Glibc

/// The thread that may use a socket.
struct OwnerThread {
    private let thread = pthread_self()

    /// Stops the program when another thread calls: libzmq sockets would be corrupted.
    @inline(__always)
    func check() {
        precondition(pthread_equal(thread, pthread_self()) != 0, "used off its owner thread")
    }
}

/// What a socket, the pollers and the monitor that watch it share.
///
/// It outlives the socket where a poller still names it, so that the poller finds it closed
/// instead of calling libzmq with a stale pointer.
final class SocketHandle {
    private(set) var rawPointer: UnsafeMutableRawPointer?
    private var context: Context?
    private let owner = OwnerThread()
    /// Whether bind or connect has succeeded.
    var isStarted = false
    /// Whether a monitor is attached.
    var isMonitored = false

    init(_ rawPointer: UnsafeMutableRawPointer, context: Context) {
        self.rawPointer = rawPointer
        self.context = context
    }

    /// The libzmq socket, for one call on the owner thread.
    @inline(__always)
    var pointer: UnsafeMutableRawPointer {
        owner.check()
        guard let rawPointer else { preconditionFailure("used after it was closed") }
        return rawPointer
    }

    /// Detaches the monitor, so that libzmq never writes to one whose reader is gone.
    ///
    /// libzmq writes monitor events with a blocking send: without a reader an I/O thread, or
    /// the reaper that `zmq_ctx_term` waits for, would be stuck for good.
    func stopMonitor() {
        guard let rawPointer, isMonitored else { return }
        isMonitored = false
        _ = zmq_socket_monitor(rawPointer, nil, 0)
    }

    /// Closes the socket; the owner of the only reference may do that on any thread.
    func close() {
        guard let open = rawPointer else { return }
        stopMonitor()
        rawPointer = nil
        _ = zmq_close(open)
        context = nil
    }
}
