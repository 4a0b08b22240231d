import CZeroMQ
import Glibc

extension Socket {
    /// Sends one message: all of its parts or none.
    ///
    /// - Parameters:
    ///   - parts: At least one; on a ROUTER the first is the peer's routing id.
    ///   - timeout: How long to wait for room, to a millisecond; zero, the default, returns at
    ///     once.
    /// - Returns: Whether libzmq took it. A peer that goes away while the parts are handed over
    ///   counts as `.wouldBlock`.
    /// - Throws: `.contextClosed`; `.wrongState` on a socket that cannot send now;
    ///   `.notSupported` on a kind that never sends.
    public func send(
        _ parts: [MessagePart], timeout: Duration = .zero
    ) throws(ZeroMQError) -> SendOutcome {
        precondition(!parts.isEmpty, "a message has at least one part")
        if timeout > .zero { try set(.sendTimeout, to: timeout) }
        let waiting = timeout > .zero ? 0 : ZMQ_DONTWAIT
        var outcome = SendOutcome.sent
        for index in parts.indices {
            let isLast = index == parts.count - 1
            let flags = waiting | (isLast ? 0 : ZMQ_SNDMORE)
            switch try sendPart(parts[index], flags) {
            case .sent:
                continue
            case .wouldBlock where index > 0:
                // The peer went away under a message that had begun. libzmq has taken the
                // earlier parts back and swallows the rest up to the last, which it must see.
                outcome = .wouldBlock
            case let refusal:
                return refusal
            }
        }
        return outcome
    }

    private func sendPart(
        _ part: MessagePart, _ flags: Int32
    ) throws(ZeroMQError) -> SendOutcome {
        let pointer = handle.pointer
        while true {
            let result =
                switch part {
                case .bytes(let bytes):
                    bytes.withUnsafeBytes {
                        zmq_send(pointer, $0.baseAddress, $0.count, flags)
                    }
                case .borrowed(let bytes):
                    zmq_send(pointer, bytes.baseAddress, bytes.count, flags)
                case .message(let message):
                    Self.send(message, to: pointer, flags)
                }
            if result >= 0 { return .sent }
            switch ZeroMQError.Code(rawValue: zmq_errno()) {
            case .interrupted: continue
            case .wouldBlock: return .wouldBlock
            case .hostUnreachable: return .unroutable
            case let code: throw ZeroMQError(code, "send")
            }
        }
    }

    private static func send(
        _ message: Message, to pointer: UnsafeMutableRawPointer, _ flags: Int32
    ) -> Int32 {
        var shared = zmq_msg_t()
        _ = zmq_msg_init(&shared)
        guard message.share(with: &shared) == 0 else { return -1 }
        let result = zmq_msg_send(&shared, pointer, flags)
        if result < 0 {
            // libzmq took nothing, so the reference is still ours; closing keeps errno.
            let code = zmq_errno()
            _ = zmq_msg_close(&shared)
            errno = code
        }
        return result
    }
}
