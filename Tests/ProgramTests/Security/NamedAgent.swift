import CareWire
import SwiftProtobuf
import ZeroMQ

/// Is an enrolled key behind a routing id of its own choice, which CLP/1 forbids.
struct NamedAgent: ~Copyable {
    private let context: Context
    private let socket: Socket

    init(_ routingID: String, keys: CurveKeyPair, broker: BrokerProcess) throws {
        let context = try Context()
        let socket = try Socket(.dealer, in: context)
        try socket.secureAsClient(keys: keys, serverKey: broker.brokerKey)
        try socket.set(.immediate, to: true)
        try socket.set(.reconnectInterval, to: .milliseconds(20))
        try socket.set(.routingID, to: Array(routingID.utf8))
        try socket.connect(broker.control)
        self.context = context
        self.socket = socket
    }

    /// False if no connection is there in time.
    @discardableResult
    borrowing func say(_ body: WireAgentFrame.OneOf_Body) throws -> Bool {
        let frame = WireAgentFrame.with {
            $0.version = 1
            $0.body = body
        }
        return try socket.send([.bytes(frame.serializedBytes())], timeout: .seconds(5)) == .sent
    }

    borrowing func hear(timeout: Duration = .seconds(10)) throws -> WireBrokerFrame? {
        guard let parts = try socket.receive(timeout: timeout), let header = parts.first else {
            return nil
        }
        return try WireBrokerFrame(serializedBytes: header.bytes)
    }

    static func hello(_ agent: String) -> WireAgentFrame.OneOf_Body {
        .hello(
            .with {
                $0.agent = agent
                $0.instance = Sample.uuid()
                $0.versions = [1]
            })
    }
}
