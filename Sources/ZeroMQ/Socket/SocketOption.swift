import CZeroMQ

/// A setting of a socket with the type of its value.
///
/// Settings apply to connections made later, so all but `linger` and the subscriptions are
/// refused once the socket is bound or connected.
public struct SocketOption<Value: SocketOptionValue>: Sendable {
    /// The number that libzmq knows it by.
    public let number: Int32
    /// The name without `ZMQ_`, for error texts.
    public let name: String
    /// Whether it may be set after bind or connect.
    let isLive: Bool

    /// Makes an option that this module does not name; it must be set before bind or connect.
    public init(number: Int32, name: String) {
        self.init(number, name)
    }

    init(_ number: Int32, _ name: String, isLive: Bool = false) {
        self.number = number
        self.name = name
        self.isLive = isLive
    }
}

extension SocketOption<Int32> {
    /// Messages kept for each peer that cannot take them yet; 0 is without limit.
    public static var sendHighWaterMark: Self { Self(ZMQ_SNDHWM, "SNDHWM") }
    /// Messages kept from each peer until they are received; 0 is without limit.
    public static var receiveHighWaterMark: Self { Self(ZMQ_RCVHWM, "RCVHWM") }
    /// Whether the kernel probes idle TCP connections: 1, 0, or -1 for its default.
    public static var tcpKeepAlive: Self { Self(ZMQ_TCP_KEEPALIVE, "TCP_KEEPALIVE") }
    /// The mechanism in force, to be read: 0 NULL, 1 PLAIN, 2 CURVE, 3 GSSAPI.
    public static var mechanism: Self { Self(ZMQ_MECHANISM, "MECHANISM") }
    /// What can be done without waiting, to be read: 1 receive, 2 send.
    public static var events: Self { Self(ZMQ_EVENTS, "EVENTS") }
    /// The descriptor that becomes readable when `events` must be looked at; edge-triggered.
    public static var fileDescriptor: Self { Self(ZMQ_FD, "FD") }
}

extension SocketOption<Int64> {
    /// The largest part in bytes that a peer may send before it is cut off; -1 for no limit.
    public static var messageByteLimit: Self { Self(ZMQ_MAXMSGSIZE, "MAXMSGSIZE") }
}

extension SocketOption<Bool> {
    /// Queues messages only for connections that are complete.
    public static var immediate: Self { Self(ZMQ_IMMEDIATE, "IMMEDIATE") }
    /// Reports a message to an unknown routing id instead of dropping it.
    public static var routerMandatory: Self { Self(ZMQ_ROUTER_MANDATORY, "ROUTER_MANDATORY") }
    /// Hands every subscription to an XPUB's reader, also those it has already.
    public static var xpubVerbose: Self { Self(ZMQ_XPUB_VERBOSE, "XPUB_VERBOSE") }
    /// Makes the socket the CURVE server of its connections.
    public static var curveServer: Self { Self(ZMQ_CURVE_SERVER, "CURVE_SERVER") }
    /// Refuses every peer while no ZAP handler answers; needs a domain that is not empty.
    ///
    /// libzmq hides its name (`ZMQ_ZAP_ENFORCE_DOMAIN`) without draft headers, so the number is
    /// given here.
    public static var zapEnforceDomain: Self { Self(93, "ZAP_ENFORCE_DOMAIN") }
    /// Whether the message being received has more parts, to be read.
    public static var receiveMore: Self { Self(ZMQ_RCVMORE, "RCVMORE") }
    /// Allows IPv6 addresses.
    public static var ipv6: Self { Self(ZMQ_IPV6, "IPV6") }
}

extension SocketOption<Duration> {
    /// How long a closed socket keeps sending what it still has; always with an end.
    public static var linger: Self { Self(ZMQ_LINGER, "LINGER", isLive: true) }
    /// How long a peer may take to say who it is.
    public static var handshakeInterval: Self { Self(ZMQ_HANDSHAKE_IVL, "HANDSHAKE_IVL") }
    /// The time between two ZMTP pings; zero for none.
    public static var heartbeatInterval: Self { Self(ZMQ_HEARTBEAT_IVL, "HEARTBEAT_IVL") }
    /// How long the peer may go without hearing from us; kept in tenths of a second.
    public static var heartbeatTimeToLive: Self { Self(ZMQ_HEARTBEAT_TTL, "HEARTBEAT_TTL") }
    /// How long we may go without hearing from the peer after a ping.
    public static var heartbeatTimeout: Self { Self(ZMQ_HEARTBEAT_TIMEOUT, "HEARTBEAT_TIMEOUT") }
    /// The wait before the first attempt to connect again.
    public static var reconnectInterval: Self { Self(ZMQ_RECONNECT_IVL, "RECONNECT_IVL") }
    /// The wait that repeated doubling of `reconnectInterval` stops at; zero for no doubling.
    public static var reconnectIntervalLimit: Self {
        Self(ZMQ_RECONNECT_IVL_MAX, "RECONNECT_IVL_MAX")
    }
    /// How long one TCP connect may take; zero for the kernel's own limit.
    public static var connectTimeout: Self { Self(ZMQ_CONNECT_TIMEOUT, "CONNECT_TIMEOUT") }
    /// How long `send(_:timeout:)` waits, set by it.
    static var sendTimeout: Self { Self(ZMQ_SNDTIMEO, "SNDTIMEO", isLive: true) }
    /// How long `receive(timeout:partLimit:)` waits, set by it.
    static var receiveTimeout: Self { Self(ZMQ_RCVTIMEO, "RCVTIMEO", isLive: true) }
}

extension SocketOption<String> {
    /// The domain named to the ZAP handler; empty means that no handler is asked.
    public static var zapDomain: Self { Self(ZMQ_ZAP_DOMAIN, "ZAP_DOMAIN") }
    /// The endpoint bound or connected last, to be read.
    public static var lastEndpoint: Self { Self(ZMQ_LAST_ENDPOINT, "LAST_ENDPOINT") }
}

extension SocketOption<[UInt8]> {
    /// The routing id to ask ROUTER peers for: 1 to 255 bytes, the first not zero.
    public static var routingID: Self { Self(ZMQ_ROUTING_ID, "ROUTING_ID") }
    /// Adds a prefix to what a SUB hears.
    public static var subscribe: Self { Self(ZMQ_SUBSCRIBE, "SUBSCRIBE", isLive: true) }
    /// Takes a prefix away again.
    public static var unsubscribe: Self { Self(ZMQ_UNSUBSCRIBE, "UNSUBSCRIBE", isLive: true) }
}

extension SocketOption<CurvePublicKey> {
    /// A client's own public key.
    public static var curvePublicKey: Self { Self(ZMQ_CURVE_PUBLICKEY, "CURVE_PUBLICKEY") }
    /// The public key of the server a client wants to meet.
    public static var curveServerKey: Self { Self(ZMQ_CURVE_SERVERKEY, "CURVE_SERVERKEY") }
}

extension SocketOption<CurveSecretKey> {
    /// The socket's own secret key.
    public static var curveSecretKey: Self { Self(ZMQ_CURVE_SECRETKEY, "CURVE_SECRETKEY") }
}
