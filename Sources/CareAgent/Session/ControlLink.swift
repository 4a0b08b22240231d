internal import CareCore
internal import CareModel
internal import ZeroMQ

/// Is one connection to a broker's `ctl`.
///
/// Owned by the thread that made it.
final class ControlLink {
    let socket: Socket
    let monitor: Monitor

    /// Starts to connect; ``changes()`` tells how that goes.
    init(
        to endpoint: String, in context: ZeroMQ.Context, keys: CurveKeyPair,
        brokerKey: CurvePublicKey
    ) throws(ZeroMQError) {
        let socket = try Socket(.dealer, in: context)
        try socket.secureAsClient(keys: keys, serverKey: brokerKey)
        try socket.set(.immediate, to: true)
        try socket.set(.reconnectInterval, to: .milliseconds(100))
        try socket.set(.reconnectIntervalLimit, to: .seconds(10))
        try socket.set(.connectTimeout, to: .seconds(3))
        try socket.set(.handshakeInterval, to: .seconds(5))
        try socket.set(.heartbeatInterval, to: .seconds(5))
        try socket.set(.heartbeatTimeToLive, to: .seconds(15))
        try socket.set(.heartbeatTimeout, to: .seconds(15))
        try socket.set(.messageByteLimit, to: Self.messageByteCountMax)
        // More than window, acknowledgements and questions together can fill.
        try socket.set(.sendHighWaterMark, to: 8_192)
        try socket.set(.receiveHighWaterMark, to: 8_192)
        // A last acknowledgement or goodbye leaves, and a dead broker holds nobody up.
        try socket.set(.linger, to: .seconds(1))
        if endpoint.contains("[") { try socket.set(.ipv6, to: true) }
        monitor = try Monitor(of: socket, in: context)
        try socket.connect(endpoint)
        self.socket = socket
    }

    /// Takes what happened to the connection since the last call.
    func changes() throws(ZeroMQError) -> [AgentCore.LinkChange] {
        var changes: [AgentCore.LinkChange] = []
        while let event = try monitor.next() {
            if let change = AgentCore.LinkChange(event.kind) { changes.append(change) }
        }
        return changes
    }

    /// No broker may send more in one frame.
    static let messageByteCountMax: Int64 = 64 << 20
}

extension AgentCore.LinkChange {
    /// What an event means; nil if nothing.
    init?(_ kind: MonitorEvent.Kind) {
        switch kind {
        case .handshakeSucceeded: self = .up
        case .disconnected: self = .down
        // A connect that did not come to anything is closed before the next try.
        case .closed: self = .refused
        case .handshakeFailed, .handshakeFailedProtocol: self = .handshakeFailed
        case .handshakeFailedAuthentication(let status):
            // 300 and 500 are troubles of the broker, not its word on the key.
            self = status == 400 ? .keyRefused : .refused
        default: return nil
        }
    }
}
