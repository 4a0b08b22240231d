internal import CareModel
internal import CareWire
internal import Foundation
internal import SwiftProtobuf
internal import ZeroMQ

/// Is an agent's connection to the broker.
///
/// Belongs to the thread that made it.
final class Connection {
    let socket: Socket
    let welcome: WireWelcome

    /// How long the broker may say nothing that is waited for.
    static let patience: Duration = .seconds(30)

    /// Connects and says hello.
    ///
    /// - Throws: if the broker does not say welcome.
    init(_ agent: String, keys: CurveKeyPair, to broker: BrokerAddress, in context: Context) throws
    {
        let socket = try Socket(.dealer, in: context)
        try socket.secureAsClient(keys: keys, serverKey: broker.publicKey)
        try socket.set(.sendHighWaterMark, to: 0)
        try socket.set(.receiveHighWaterMark, to: 0)
        try socket.connect(broker.control)
        var random = SystemRandomNumberGenerator()
        let instance = Data((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        let hello = WireAgentFrame.with {
            $0.version = WireLimits.version
            $0.request = 1
            $0.hello.agent = agent
            $0.hello.instance = instance
            $0.hello.versions = [WireLimits.version]
            $0.hello.program = "careloop-bench"
        }
        let header: [UInt8] = try hello.serializedBytes()
        _ = try socket.send([.bytes(header)])
        guard let parts = try socket.receive(timeout: Self.patience) else {
            throw BenchFailure("The broker did not answer \(agent)'s hello.")
        }
        guard case .welcome(let welcome) = try Self.frame(parts).body else {
            throw BenchFailure("The broker did not welcome \(agent).")
        }
        self.socket = socket
        self.welcome = welcome
    }

    /// Sends a frame.
    func send(_ body: WireAgentFrame.OneOf_Body, payload: [UInt8]? = nil) throws {
        let frame = WireAgentFrame.with {
            $0.version = WireLimits.version
            $0.body = body
        }
        let header: [UInt8] = try frame.serializedBytes()
        let parts: [MessagePart] = payload.map { [.bytes(header), .bytes($0)] } ?? [.bytes(header)]
        guard try socket.send(parts, timeout: Self.patience) == .sent else {
            throw BenchFailure("A frame could not be sent: the connection to the broker is gone.")
        }
    }

    /// Takes the next frame that is not about the connection itself; nil if none came in time.
    ///
    /// - Throws: if the broker ended the session or reported an error.
    func receive(
        timeout: Duration = .zero
    ) throws -> (WireBrokerFrame.OneOf_Body, payloadByteCount: Int)? {
        while let parts = try socket.receive(timeout: timeout) {
            guard let body = try Self.frame(parts).body else { continue }
            switch body {
            case .ping: try send(.pong(WirePong()))
            case .pong: continue
            case .bye, .resync: throw BenchFailure("The broker ended the session.")
            case .error(let report):
                let refusal = report.refusal
                throw BenchFailure("The broker reported \(refusal.code): \(refusal.message)")
            default: return (body, parts.count > 1 ? parts[1].byteCount : 0)
            }
        }
        return nil
    }

    /// Asks whether the broker is there, and waits until it says so; passes over all else.
    func waitForPong() throws {
        try send(.ping(WirePing()))
        while let parts = try socket.receive(timeout: Self.patience) {
            switch try Self.frame(parts).body {
            case .pong: return
            case .ping: try send(.pong(WirePong()))
            case .bye, .resync: throw BenchFailure("The broker ended the session.")
            default: continue
            }
        }
        throw BenchFailure("The broker did not say for \(Self.patience) that it is there.")
    }

    private static func frame(_ parts: [ZeroMQ.Message]) throws -> WireBrokerFrame {
        guard let header = parts.first else { throw BenchFailure("The broker sent nothing.") }
        return try WireBrokerFrame(serializedBytes: header.bytes)
    }
}
