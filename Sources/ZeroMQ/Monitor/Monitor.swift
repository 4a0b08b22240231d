import CZeroMQ
import Synchronization

private let nextMonitorNumber = Atomic<UInt64>(0)

/// Tells what happens to a socket's connections, on the thread that owns the socket.
///
/// Start it before bind or connect, or it misses the first events. It keeps events without limit
/// until `next` takes them: with one, libzmq's I/O threads would stand still when it is reached.
/// So take them whenever `socket` is readable.
public struct Monitor: ~Copyable {
    /// The socket that becomes readable, for pollers.
    public let socket: Socket

    private let observed: SocketHandle

    /// Starts to watch a socket.
    ///
    /// - Throws: `.wrongState` when the socket has a monitor; `.contextClosed`.
    public init(of observed: borrowing Socket, in context: Context) throws(ZeroMQError) {
        let handle = observed.handle
        guard !handle.isMonitored else {
            throw ZeroMQError(.wrongState, "start monitor", reason: "the socket has one already")
        }
        let reader = try Socket(.pair, in: context)
        try reader.set(.receiveHighWaterMark, to: 0)
        let number = nextMonitorNumber.add(1, ordering: .relaxed).newValue
        let endpoint = "inproc://monitor-\(number)"
        // Without the "stopped" event, which libzmq would send, and wait for, when it is closing.
        let events = ZMQ_EVENT_ALL & ~ZMQ_EVENT_MONITOR_STOPPED
        guard zmq_socket_monitor(handle.pointer, endpoint, events) == 0 else {
            throw .last("start monitor")
        }
        handle.isMonitored = true
        do throws(ZeroMQError) {
            try reader.connect(endpoint)
        } catch {
            handle.stopMonitor()
            throw error
        }
        self.socket = reader
        self.observed = handle
    }

    deinit {
        // Before `socket` closes: libzmq must not write to a monitor without a reader.
        observed.stopMonitor()
    }

    /// Takes the next event; nil when there is none within `timeout`.
    ///
    /// - Throws: `.contextClosed`.
    public func next(timeout: Duration = .zero) throws(ZeroMQError) -> MonitorEvent? {
        guard let parts = try socket.receive(timeout: timeout) else { return nil }
        guard let event = MonitorEvent(parts) else {
            throw ZeroMQError(
                .invalidArgument, "read monitor event", reason: "it is not of libzmq's first form")
        }
        return event
    }
}
