import CZeroMQ

/// Something that happened to a connection of a monitored socket.
public struct MonitorEvent: Hashable, Sendable {
    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// A connection to a peer was made; the handshake follows.
        case connected
        /// A connect is under way.
        case connectDelayed
        /// A connect failed and is tried again after the given time.
        case connectRetried(after: Duration)
        /// An endpoint was bound.
        case listening
        /// An endpoint could not be bound, for the given reason.
        case bindFailed(ZeroMQError.Code)
        /// A peer's connection was taken; the handshake follows.
        case accepted
        /// A peer's connection could not be taken, for the given reason.
        case acceptFailed(ZeroMQError.Code)
        /// A connection was closed by this side.
        case closed
        /// A connection could not be closed, for the given reason.
        case closeFailed(ZeroMQError.Code)
        /// A connection broke or was closed by the peer.
        case disconnected
        /// The peer is who it should be; messages can flow.
        case handshakeSucceeded
        /// The handshake ended early, for the given reason; so it does without a ZAP handler.
        case handshakeFailed(ZeroMQError.Code)
        /// The peer, or the ZAP handler, did not keep to the protocol (`ZMQ_PROTOCOL_ERROR_*`).
        case handshakeFailedProtocol(UInt32)
        /// The ZAP handler refused with this status: 300, 400 or 500.
        case handshakeFailedAuthentication(status: UInt32)
        /// An event of a newer libzmq.
        case other(number: UInt16, value: UInt32)
    }

    /// What happened.
    public let kind: Kind
    /// The endpoint it happened at, the local one of a bound socket.
    public let endpoint: String

    /// Reads the two parts that libzmq sends; nil when they are not of that form.
    init?(_ parts: [Message]) {
        guard parts.count == 2, parts[0].byteCount == 6,
            let endpoint = String(validating: parts[1].bytes, as: UTF8.self)
        else { return nil }
        let (number, value) = parts[0].withUnsafeBytes { bytes in
            (
                bytes.loadUnaligned(as: UInt16.self),
                bytes.loadUnaligned(fromByteOffset: 2, as: UInt32.self)
            )
        }
        self.kind = Kind(number: number, value: value)
        self.endpoint = endpoint
    }
}

extension MonitorEvent.Kind {
    init(number: UInt16, value: UInt32) {
        let code = ZeroMQError.Code(rawValue: Int32(bitPattern: value))
        switch Int32(number) {
        case ZMQ_EVENT_CONNECTED: self = .connected
        case ZMQ_EVENT_CONNECT_DELAYED: self = .connectDelayed
        case ZMQ_EVENT_CONNECT_RETRIED: self = .connectRetried(after: .milliseconds(value))
        case ZMQ_EVENT_LISTENING: self = .listening
        case ZMQ_EVENT_BIND_FAILED: self = .bindFailed(code)
        case ZMQ_EVENT_ACCEPTED: self = .accepted
        case ZMQ_EVENT_ACCEPT_FAILED: self = .acceptFailed(code)
        case ZMQ_EVENT_CLOSED: self = .closed
        case ZMQ_EVENT_CLOSE_FAILED: self = .closeFailed(code)
        case ZMQ_EVENT_DISCONNECTED: self = .disconnected
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: self = .handshakeSucceeded
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: self = .handshakeFailed(code)
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: self = .handshakeFailedProtocol(value)
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: self = .handshakeFailedAuthentication(status: value)
        default: self = .other(number: number, value: value)
        }
    }
}
