internal import CareCore
internal import CareModel
internal import CareVault
internal import CareWire
internal import Foundation
internal import SwiftProtobuf
internal import ZeroMQ

/// Hears sealed events on a broker's `evt`.
///
/// Owned by the thread that made it.
final class EventLink {
    let socket: Socket
    private var topics: [[UInt8]: CareModel.Stream] = [:]

    init(
        to endpoint: String, in context: ZeroMQ.Context, keys: CurveKeyPair,
        brokerKey: CurvePublicKey
    ) throws(ZeroMQError) {
        let socket = try Socket(.sub, in: context)
        try socket.secureAsClient(keys: keys, serverKey: brokerKey)
        try socket.set(.reconnectInterval, to: .milliseconds(100))
        try socket.set(.reconnectIntervalLimit, to: .seconds(10))
        try socket.set(.handshakeInterval, to: .seconds(5))
        try socket.set(.heartbeatInterval, to: .seconds(5))
        try socket.set(.heartbeatTimeToLive, to: .seconds(15))
        try socket.set(.heartbeatTimeout, to: .seconds(15))
        try socket.set(.messageByteLimit, to: Int64(WireLimits.headerByteCountMax))
        try socket.set(.receiveHighWaterMark, to: 10_000)
        if endpoint.contains("[") { try socket.set(.ipv6, to: true) }
        try socket.connect(endpoint)
        self.socket = socket
    }

    /// Hears a stream under its topic, and no longer under an earlier one.
    func listen(to topic: CareModel.Stream) throws(ZeroMQError) {
        for (token, earlier) in topics where earlier.name == topic.name {
            try socket.set(.unsubscribe, to: token)
            topics[token] = nil
        }
        topics[topic.token] = topic
        try socket.set(.subscribe, to: topic.token)
    }

    /// Takes the next thing as the core must know it; nil if there is none.
    ///
    /// What cannot be opened was never said.
    func next() throws(ZeroMQError) -> AgentCore.Input? {
        while let parts = try receive() {
            guard parts.count == 2, let topic = topics[parts[0].bytes],
                let frame = try? WireEventFrame(serializedBytes: parts[1].bytes),
                frame.version == WireLimits.version
            else { continue }
            guard !frame.sealed.isEmpty else {
                return .head(topic.name, epoch: frame.epoch, sequence: frame.sequence)
            }
            let body = TopicSeal.open(
                frame.sealed, token: topic.token, key: topic.key, epoch: frame.epoch,
                sequence: frame.sequence)
            guard let body, let event = try? WireEvent(serializedBytes: body) else { continue }
            return .event(
                StreamEvent(event, stream: topic.name, sequence: frame.sequence),
                epoch: frame.epoch)
        }
        return nil
    }

    private func receive() throws(ZeroMQError) -> [ZeroMQ.Message]? {
        do throws(ZeroMQError) {
            return try socket.receive()
        } catch {
            guard error.code == .tooManyParts else { throw error }
            return []
        }
    }
}
