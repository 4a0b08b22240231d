import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import ZeroMQ

/// Speaks CLP/1 frame by frame, so that tests can say what a well-behaved agent never would.
///
/// Belongs to one thread.
struct WireAgent: ~Copyable {
    let id: String
    private let context: Context
    private let socket: Socket
    private let instance = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) })

    init(_ id: String, keys: CurveKeyPair, broker: BrokerProcess) throws {
        try self.init(
            id, keys: keys, control: broker.control, brokerKey: broker.brokerKey)
    }

    init(_ id: String, keys: CurveKeyPair, control: String, brokerKey: CurvePublicKey) throws {
        self.id = id
        let context = try Context()
        let socket = try Socket(.dealer, in: context)
        try socket.secureAsClient(keys: keys, serverKey: brokerKey)
        try socket.set(.immediate, to: true)
        try socket.set(.reconnectInterval, to: .milliseconds(20))
        try socket.set(.sendHighWaterMark, to: 100_000)
        try socket.set(.receiveHighWaterMark, to: 100_000)
        try socket.connect(control)
        self.context = context
        self.socket = socket
    }

    /// Says something; false if no broker is connected within the timeout.
    @discardableResult
    func say(
        _ body: WireAgentFrame.OneOf_Body, request: UInt64 = 0, payload: [UInt8]? = nil,
        version: UInt32 = 1, timeout: Duration = .seconds(5)
    ) throws -> Bool {
        let frame = WireAgentFrame.with {
            $0.version = version
            $0.request = request
            $0.body = body
        }
        return try send(frame.serializedBytes(), payload: payload, timeout: timeout)
    }

    /// Sends bytes as they are.
    @discardableResult
    func send(
        _ header: [UInt8], payload: [UInt8]? = nil, timeout: Duration = .seconds(5)
    ) throws -> Bool {
        var parts: [MessagePart] = [.bytes(header)]
        if let payload { parts.append(.bytes(payload)) }
        return try socket.send(parts, timeout: timeout) == .sent
    }

    /// Sends as many frames as given.
    func send(frames: [[UInt8]]) throws {
        _ = try socket.send(frames.map { .bytes($0) }, timeout: .seconds(5))
    }

    /// Hears the next frame; nil after the timeout.
    func hear(
        timeout: Duration = .seconds(10)
    ) throws -> (frame: WireBrokerFrame, payload: [UInt8]?)? {
        guard let parts = try socket.receive(timeout: timeout), let header = parts.first else {
            return nil
        }
        return (
            try WireBrokerFrame(serializedBytes: header.bytes),
            parts.count > 1 ? parts[1].bytes : nil
        )
    }

    /// What this agent says first.
    var greeting: WireHello {
        .with {
            $0.agent = id
            $0.instance = instance
            $0.versions = [1]
            $0.program = "test"
        }
    }

    /// Says hello, perhaps in a way that cannot work, and hears the next frame.
    func hello(as agent: String? = nil, versions: [UInt32] = [1]) throws -> WireBrokerFrame? {
        var hello = greeting
        hello.agent = agent ?? id
        hello.versions = versions
        try say(.hello(hello))
        return try hear()?.frame
    }
}

/// Makes the documents and envelopes of tests.
enum Sample {
    static let system = "urn:example:patients"

    /// A small referral about the patient `value`.
    static func referral(of value: String, text: String = "Please assess") -> [UInt8] {
        Array(
            """
            {"resourceType":"Bundle","type":"collection","entry":[\
            {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001","resource":{"resourceType":"Patient",\
            "identifier":[{"system":"\(system)","value":"\(value)"}]}},\
            {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000002","resource":{"resourceType":"ServiceRequest",\
            "status":"active","intent":"order","subject":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000001"},\
            "reasonCode":[{"text":"\(text)"}]}}]}
            """.utf8)
    }

    static func uuid() -> Data {
        var random = SystemRandomNumberGenerator()
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        return Data(
            UUIDBytes(version7At: now, random: (random.next(), random.next())).bytes)
    }

    /// A request to `service` about the patient `value`.
    static func request(of value: String, to service: String) -> WireSubmit {
        .with {
            $0.messageID = uuid()
            $0.kind = "request"
            $0.referralID = uuid()
            $0.patient.system = system
            $0.patient.value = value
            $0.to = "service:\(service)"
            $0.priority = "routine"
            $0.reason = "assessment"
        }
    }
}
