import CZeroMQ

extension Socket {
    /// Sets an option.
    ///
    /// - Throws: `.wrongState` after bind or connect (`linger` and subscriptions excepted),
    ///   `.invalidArgument` when libzmq does not know the option or takes no such value.
    public func set<Value>(
        _ option: SocketOption<Value>, to value: Value
    ) throws(ZeroMQError) {
        guard option.isLive || !handle.isStarted else {
            throw ZeroMQError(
                .wrongState, "set option", option.name,
                reason: "it has no effect after bind or connect")
        }
        let pointer = handle.pointer
        let result = value.withOptionBytes { bytes in
            zmq_setsockopt(pointer, option.number, bytes.baseAddress, bytes.count)
        }
        guard let result else {
            throw ZeroMQError(.invalidArgument, "set option", option.name)
        }
        guard result == 0 else { throw .last("set option", option.name) }
    }

    /// Reads an option back.
    ///
    /// - Throws: `.invalidArgument` when libzmq does not know the option, cannot read it, or has
    ///   a value that the type cannot hold.
    public func value<Value>(of option: SocketOption<Value>) throws(ZeroMQError) -> Value {
        var count = Value.optionByteLimit
        let pointer = handle.pointer
        let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
        defer { storage.deallocate() }
        guard zmq_getsockopt(pointer, option.number, storage.baseAddress, &count) == 0 else {
            throw .last("read option", option.name)
        }
        let bytes = UnsafeRawBufferPointer(rebasing: storage.prefix(count))
        guard let value = Value(optionBytes: bytes) else {
            throw ZeroMQError(
                .invalidArgument, "read option", option.name, reason: "its value has no such type")
        }
        return value
    }
}
