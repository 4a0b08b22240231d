import CZeroMQ

/// What can be done without waiting, or what a poller is to watch for.
public struct Readiness: OptionSet, Hashable, Sendable {
    /// The bits as libzmq has them.
    public let rawValue: Int16

    /// Makes a set from libzmq's bits.
    public init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    /// A message, or a byte, can be received.
    public static let readable = Readiness(rawValue: Int16(ZMQ_POLLIN))
    /// A message, or a byte, can be sent; a ROUTER is always writable.
    public static let writable = Readiness(rawValue: Int16(ZMQ_POLLOUT))
    /// A file descriptor is broken or closed by the other side; never for sockets.
    public static let failed = Readiness(rawValue: Int16(ZMQ_POLLERR))
}
