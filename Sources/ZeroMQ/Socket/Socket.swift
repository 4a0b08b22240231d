import CZeroMQ

/// One end of a ZeroMQ conversation, owned by the thread that made it.
///
/// Every call checks that it comes from the owner thread and stops the program otherwise.
/// Leaving the scope closes the socket; what was not yet on the network is then dropped, unless
/// `SocketOption.linger` was set.
public struct Socket: ~Copyable {
    /// The pattern a socket takes part in.
    public enum Kind: Sendable {
        /// Talks to one other PAIR, here inside the process.
        case pair
        /// Sends to all subscribers, without hearing of them.
        case pub
        /// Hears what it subscribed to.
        case sub
        /// Asks and waits for the answer.
        case req
        /// Answers one question at a time.
        case rep
        /// Asks without waiting; several peers share the load.
        case dealer
        /// Names each peer by a routing id, the first part of every message.
        case router
        /// Takes from several PUSH sockets.
        case pull
        /// Shares out to several PULL sockets.
        case push
        /// Like `pub`, and reads the subscriptions.
        case xpub
        /// Like `sub`, and sends the subscriptions.
        case xsub

        var number: Int32 {
            switch self {
            case .pair: ZMQ_PAIR
            case .pub: ZMQ_PUB
            case .sub: ZMQ_SUB
            case .req: ZMQ_REQ
            case .rep: ZMQ_REP
            case .dealer: ZMQ_DEALER
            case .router: ZMQ_ROUTER
            case .pull: ZMQ_PULL
            case .push: ZMQ_PUSH
            case .xpub: ZMQ_XPUB
            case .xsub: ZMQ_XSUB
            }
        }
    }

    /// The pattern the socket takes part in.
    public let kind: Kind

    let handle: SocketHandle

    /// Opens a socket that the calling thread owns.
    ///
    /// `linger` starts at zero, unlike libzmq's endless one, so that closing never hangs.
    /// - Throws: `.tooManyOpenFiles` at the context's socket limit, `.contextClosed` when the
    ///   context was closed.
    public init(_ kind: Kind, in context: Context) throws(ZeroMQError) {
        guard let pointer = zmq_socket(context.pointer, kind.number) else {
            throw .last("open socket")
        }
        var linger: Int32 = 0
        _ = zmq_setsockopt(pointer, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
        self.kind = kind
        self.handle = SocketHandle(pointer, context: context)
    }

    deinit {
        handle.close()
    }

    /// Takes an endpoint, such as `tcp://127.0.0.1:*` or `ipc:///run/x.sock`, for peers to find.
    ///
    /// - Throws: `.addressInUse`, `.addressNotAvailable`, `.permissionDenied`, `.notFound`
    ///   (missing folder), `.nameTooLong`, `.invalidArgument`, `.protocolNotSupported`.
    public func bind(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_bind(handle.pointer, endpoint) == 0 else { throw .last("bind", endpoint) }
        handle.isStarted = true
    }

    /// Starts to connect to an endpoint; the connection itself is made, and made again, by libzmq.
    ///
    /// - Throws: `.invalidArgument`, `.protocolNotSupported`. An absent peer is not an error.
    public func connect(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_connect(handle.pointer, endpoint) == 0 else { throw .last("connect", endpoint) }
        handle.isStarted = true
    }

    /// Gives an endpoint back; `endpoint` is spelt as `lastEndpoint` gave it.
    ///
    /// - Throws: `.notFound` when the socket was not bound to it.
    public func unbind(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_unbind(handle.pointer, endpoint) == 0 else { throw .last("unbind", endpoint) }
    }

    /// Ends a connection and drops what waited for it.
    ///
    /// - Throws: `.notFound` when the socket was not connected to it.
    public func disconnect(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_disconnect(handle.pointer, endpoint) == 0 else {
            throw .last("disconnect", endpoint)
        }
    }

    /// The endpoint bound or connected last, with the real port; empty before that.
    public var lastEndpoint: String {
        get throws(ZeroMQError) { try value(of: .lastEndpoint) }
    }
}
