import CZeroMQ

extension Socket {
    /// Parts a message may have unless the caller says otherwise.
    public static var defaultPartLimit: Int { 16 }

    /// Receives one message, whole; nil when none came within `timeout`.
    ///
    /// - Parameters:
    ///   - timeout: How long to wait, to a millisecond; zero, the default, returns at once.
    ///   - partLimit: Parts allowed; a message with more is dropped whole.
    /// - Throws: `.tooManyParts`, after which the socket is ready for the next message;
    ///   `.contextClosed`; `.wrongState` on a socket that cannot receive now, `.notSupported` on
    ///   a kind that never receives.
    public func receive(
        timeout: Duration = .zero, partLimit: Int = Socket.defaultPartLimit
    ) throws(ZeroMQError) -> [Message]? {
        precondition(partLimit > 0, "a message has at least one part")
        guard let first = try receiveFirstPart(timeout) else { return nil }
        guard first.hasMore else { return [first] }
        var parts = [first]
        var count = 1
        while parts[parts.count - 1].hasMore {
            // libzmq hands over whole messages, so the rest is there and this does not wait.
            guard let part = try receivePart(flags: 0) else { break }
            count += 1
            if count <= partLimit {
                parts.append(part)
            } else {
                parts[parts.count - 1] = part
            }
        }
        guard count <= partLimit else {
            throw ZeroMQError(
                .tooManyParts, "receive",
                reason: "a message has \(count) parts, \(partLimit) are allowed")
        }
        return parts
    }

    private func receiveFirstPart(_ timeout: Duration) throws(ZeroMQError) -> Message? {
        guard timeout > .zero else { return try receivePart(flags: ZMQ_DONTWAIT) }
        let deadline = ContinuousClock.now + timeout
        while true {
            let remaining = max(.zero, deadline - .now)
            try set(.receiveTimeout, to: remaining)
            do throws(ZeroMQError) {
                return try receivePart(flags: 0, retriesInterruption: false)
            } catch {
                guard error.code == .interrupted else { throw error }
            }
        }
    }

    /// Receives one part; nil when it would have to wait.
    private func receivePart(
        flags: Int32, retriesInterruption: Bool = true
    ) throws(ZeroMQError) -> Message? {
        let pointer = handle.pointer
        let storage = UnsafeMutablePointer<zmq_msg_t>.allocate(capacity: 1)
        _ = zmq_msg_init(storage)
        while zmq_msg_recv(storage, pointer, flags) < 0 {
            let error = ZeroMQError.Code(rawValue: zmq_errno())
            if error == .interrupted, retriesInterruption { continue }
            _ = zmq_msg_close(storage)
            storage.deallocate()
            guard error == .wouldBlock else { throw ZeroMQError(error, "receive") }
            return nil
        }
        return Message(adopting: storage)
    }
}
