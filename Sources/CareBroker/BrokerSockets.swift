internal import CareCore
internal import Foundation
internal import ZeroMQ

/// Holds the broker's sockets, made in the one safe order: the gate first, then what it guards.
///
/// Belongs to the broker's thread.
struct BrokerSockets: ~Copyable {
    /// Decides who comes in; libzmq lets everybody in while nobody answers here.
    let gate: ZAPHandler
    /// All that is durable or private.
    let control: Socket
    /// Sealed events.
    let events: Socket
    /// The operator's commands.
    let admin: Socket
    /// Where they are bound.
    let endpoints: BrokerEndpoints

    /// What a batch may hold; the rest stays with libzmq, which stops reading at the mark.
    private static let highWaterMark: Int32 = 16_384

    /// Makes and binds all of them.
    static func bound(
        _ configuration: BrokerConfiguration, in context: Context
    ) throws(BrokerError) -> BrokerSockets {
        try checkAdminPath(configuration.adminSocketPath)
        let sockets: BrokerSockets
        do throws(ZeroMQError) {
            sockets = try open(configuration, in: context)
        } catch {
            throw BrokerError(.socket, "\(error)")
        }
        try checkAdminMode(configuration.adminSocketPath)
        return sockets
    }

    private static func open(
        _ configuration: BrokerConfiguration, in context: Context
    ) throws(ZeroMQError) -> BrokerSockets {
        let gate = try ZAPHandler(in: context)
        let control = try Socket(.router, in: context)
        try prepare(control, configuration)
        try control.set(.routerMandatory, to: true)
        try control.bind(configuration.controlEndpoint)
        let events = try Socket(.xpub, in: context)
        try prepare(events, configuration)
        try events.bind(configuration.eventsEndpoint)
        let admin = try Socket(.router, in: context)
        try admin.set(.messageByteLimit, to: 1 << 20)
        try admin.set(.routerMandatory, to: true)
        try bindAdmin(admin, configuration.adminSocketPath)
        let endpoints = BrokerEndpoints(
            control: try control.lastEndpoint, events: try events.lastEndpoint)
        return BrokerSockets(
            gate: gate, control: control, events: events, admin: admin, endpoints: endpoints)
    }

    private static func prepare(
        _ socket: borrowing Socket, _ configuration: BrokerConfiguration
    ) throws(ZeroMQError) {
        try socket.secureAsServer(secretKey: configuration.keys.secretKey, domain: "careloop")
        try socket.set(
            .messageByteLimit, to: Int64(clamping: configuration.policy.payloadBytesMax) + (1 << 20)
        )
        try socket.set(.handshakeInterval, to: .seconds(5))
        try socket.set(.heartbeatInterval, to: .seconds(5))
        try socket.set(.heartbeatTimeToLive, to: .seconds(15))
        try socket.set(.heartbeatTimeout, to: .seconds(15))
        try socket.set(.sendHighWaterMark, to: highWaterMark)
        try socket.set(.receiveHighWaterMark, to: highWaterMark)
        try socket.set(.linger, to: .milliseconds(200))
        try socket.set(.tcpKeepAlive, to: 1)
    }

    private static func checkAdminPath(_ path: String) throws(BrokerError) {
        guard path.utf8.count <= 100 else {
            throw BrokerError(
                .socket,
                "The path of the admin socket is too long for the system: \(path). "
                    + "Choose a shorter data directory, or set the admin socket's path.")
        }
    }

    /// Only the broker's own user may reach the operator's socket.
    private static func bindAdmin(
        _ admin: borrowing Socket, _ path: String
    ) throws(ZeroMQError) {
        unlink(path)
        let mask = umask(0o177)
        defer { umask(mask) }
        try admin.bind("ipc://\(path)")
    }

    private static func checkAdminMode(_ path: String) throws(BrokerError) {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & 0o077 == 0 else {
            throw BrokerError(.insecure, "The admin socket \(path) is open to other users.")
        }
    }
}
