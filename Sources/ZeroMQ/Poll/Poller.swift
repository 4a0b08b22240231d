import CZeroMQ

/// Waits for several sockets and file descriptors at once, on the thread that owns them.
public struct Poller: ~Copyable {
    /// One watched thing, valid until it is removed from the poller that gave it.
    public struct Registration: Hashable, Sendable {
        fileprivate let index: Int
        fileprivate let serial: UInt64
    }

    private struct Watched {
        var serial: UInt64
        var socket: SocketHandle?
        var wakeUp: WakeUp?
    }

    // The two arrays have the same indices; libzmq wants the items in one piece.
    private var items: [zmq_pollitem_t] = []
    private var watched: [Watched?] = []
    private var nextSerial: UInt64 = 0
    private let owner = OwnerThread()

    /// Makes a poller that watches nothing; the calling thread owns it.
    public init() {}

    /// Watches a socket, which must be removed before it is closed.
    public mutating func add(
        _ socket: borrowing Socket, for interest: Readiness = .readable
    ) -> Registration {
        let item = zmq_pollitem_t(
            socket: socket.handle.pointer, fd: -1, events: interest.rawValue, revents: 0)
        return insert(item, socket: socket.handle, wakeUp: nil)
    }

    /// Watches a wake-up and keeps it alive.
    public mutating func add(_ wakeUp: WakeUp) -> Registration {
        let item = zmq_pollitem_t(
            socket: nil, fd: wakeUp.fileDescriptor, events: Int16(ZMQ_POLLIN), revents: 0)
        return insert(item, socket: nil, wakeUp: wakeUp)
    }

    /// Watches a file descriptor, which must be removed before it is closed.
    public mutating func add(
        fileDescriptor: Int32, for interest: Readiness = .readable
    ) -> Registration {
        let item = zmq_pollitem_t(
            socket: nil, fd: fileDescriptor, events: interest.rawValue, revents: 0)
        return insert(item, socket: nil, wakeUp: nil)
    }

    /// Changes what is watched for; an empty set pauses.
    public mutating func setInterest(_ interest: Readiness, of registration: Registration) {
        check(registration)
        items[registration.index].events = interest.rawValue
    }

    /// Stops watching and forgets the registration.
    public mutating func remove(_ registration: Registration) {
        check(registration)
        // poll(2) skips a negative descriptor, so the place can stay until it is used again.
        items[registration.index] = zmq_pollitem_t(socket: nil, fd: -1, events: 0, revents: 0)
        watched[registration.index] = nil
    }

    /// Waits until something is ready or the time is over, and counts what is ready.
    ///
    /// Returns 0 early when a signal arrives, so that the caller can look at its timers, and up to
    /// a millisecond early because libzmq counts in whole ones.
    /// - Parameter timeout: How long to wait at most, rounded up to a millisecond; nil for ever.
    /// - Throws: `.contextClosed`.
    public mutating func wait(timeout: Duration?) throws(ZeroMQError) -> Int {
        owner.check()
        for entry in watched {
            if let socket = entry?.socket { _ = socket.pointer }
        }
        let limit = timeout.map { Int(clamping: max(0, $0.milliseconds)) } ?? -1
        let count = items.withUnsafeMutableBufferPointer {
            zmq_poll($0.baseAddress, Int32($0.count), limit)
        }
        if count >= 0 { return Int(count) }
        let error = ZeroMQError.last("poll")
        for index in items.indices { items[index].revents = 0 }
        guard error.code == .interrupted else { throw error }
        return 0
    }

    /// What the last `wait` found.
    public func readiness(of registration: Registration) -> Readiness {
        check(registration)
        return Readiness(rawValue: items[registration.index].revents)
    }

    private mutating func insert(
        _ item: zmq_pollitem_t, socket: SocketHandle?, wakeUp: WakeUp?
    ) -> Registration {
        owner.check()
        nextSerial += 1
        let entry = Watched(serial: nextSerial, socket: socket, wakeUp: wakeUp)
        if let free = watched.firstIndex(where: { $0 == nil }) {
            items[free] = item
            watched[free] = entry
            return Registration(index: free, serial: nextSerial)
        }
        items.append(item)
        watched.append(entry)
        return Registration(index: items.count - 1, serial: nextSerial)
    }

    private func check(_ registration: Registration) {
        owner.check()
        precondition(
            watched.indices.contains(registration.index)
                && watched[registration.index]?.serial == registration.serial,
            "used a registration that was removed")
    }
}
