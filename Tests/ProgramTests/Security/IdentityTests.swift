import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing
import ZeroMQ

@Suite("Nobody is somebody else", .serialized)
struct IdentityTests {
    private let broker: BrokerProcess
    private let desk: CurveKeyPair
    private let heart: CurveKeyPair

    init() throws {
        broker = try BrokerProcess(
            "identity", environment: ["CARELOOPD_CONSENT_IMPLICIT": "basic-normal"])
        try broker.start()
        desk = try broker.enrol("desk", organisation: "lakeside", roles: [.referrer])
        heart = try broker.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])
    }

    @Test("a peer without encryption that names a user id of its own is cut off")
    func forgedUserID() throws {
        let broker = try LoopbackBroker("forged")
        let keys = try broker.setUp.enrol("desk", organisation: "lakeside", roles: [.referrer])
        let forger = try RawConnection(port: broker.port)
        let frame = WireAgentFrame.with {
            $0.version = 1
            $0.hello.agent = "desk"
            $0.hello.instance = Sample.uuid()
            $0.hello.versions = [1]
        }
        try forger.send(
            ZMTP.greeting("NULL")
                + ZMTP.ready([("Socket-Type", "DEALER"), ("User-Id", keys.publicKey.z85)])
                + ZMTP.frame(frame.serializedBytes()))
        #expect(forger.isEnded(within: .seconds(4)), "before its handshake could time out")
        let client = try broker.agent("desk", keys)
        try client.open()
    }

    @Test("a key counts for its own agent, whatever agent the header names")
    func forgedHeader() throws {
        let forger = try WireAgent("desk", keys: heart, broker: broker)
        #expect(try forger.hello()?.bye.refusal.code == "wrong-agent")
        try forger.say(.query(.with { $0.worklist.list = "all" }))
        _ = try forger.next("Resync") { frame, _ in
            if case .resync = frame.body { true } else { nil }
        }
    }

    @Test("a routing id that is in use is not taken over")
    func squattedInUse() throws {
        let victim = try NamedAgent("front-desk", keys: desk, broker: broker)
        try victim.say(NamedAgent.hello("desk"))
        guard case .welcome = try #require(try victim.hear()).body else {
            // Whoever sets a routing id is turned away: there is nothing to take over. The same
            // key gets in without one.
            return try WireAgent("desk", keys: desk, broker: broker).open()
        }
        let squatter = try NamedAgent("front-desk", keys: heart, broker: broker)
        try squatter.say(NamedAgent.hello("heart"))
        try squatter.say(
            .credit(
                .with {
                    $0.messages = 16; $0.bytes = 1 << 20
                }))
        try victim.say(.ping(WirePing()))
        guard case .pong = try victim.hear()?.body else {
            Issue.record("the session was lost to the squatter")
            return
        }
        #expect(try squatter.hear(timeout: .seconds(1)) == nil)
    }

    @Test("what is meant for a lost connection does not go to who takes its routing id next")
    func squattedAfterLoss() throws {
        try loseConnection(named: "front-desk")
        let squatter = try connected(as: "front-desk", stranger())
        let referrer = try WireAgent("sender", keys: sender(), broker: broker)
        try referrer.open()
        let request = Sample.request(of: "squat", to: "cardiology")
        let item = try referrer.submit(request, payload: Sample.referral(of: "squat"))
        #expect(item.outcome == "accepted")
        while let frame = try squatter.hear(timeout: .seconds(1)) {
            if case .deliver = frame.body { Issue.record("a delivery went to a stranger") }
        }
    }

    /// Connects until the routing id is free: libzmq ignores who comes before.
    private func connected(as routingID: String, _ keys: CurveKeyPair) throws -> NamedAgent {
        for _ in 0..<10 {
            let agent = try NamedAgent(routingID, keys: keys, broker: broker)
            // Without a session it is answered all the same.
            try agent.say(.ping(WirePing()))
            if try agent.hear(timeout: .seconds(1)) != nil { return agent }
        }
        throw NoAnswer(wanted: "Resync", got: "nothing")
    }

    /// Has heart open a session with credit under a routing id, and vanish without a word.
    private func loseConnection(named routingID: String) throws {
        let victim = try NamedAgent(routingID, keys: heart, broker: broker)
        try victim.say(NamedAgent.hello("heart"))
        _ = try victim.hear()
        try victim.say(
            .credit(
                .with {
                    $0.messages = 16; $0.bytes = 1 << 20
                }))
        try victim.say(.ping(WirePing()))
        _ = try victim.hear()
    }

    private func stranger() throws -> CurveKeyPair {
        try broker.enrol("other", organisation: "eastside", roles: [.referrer])
    }

    private func sender() throws -> CurveKeyPair {
        try broker.enrol("sender", organisation: "lakeside", roles: [.referrer])
    }

    @Test("connections with unknown keys are refused and told in the audit log")
    func refusalIsAudited() throws {
        let context = try Context()
        let stranger = try Socket(.dealer, in: context)
        try stranger.secureAsClient(keys: .generate(), serverKey: broker.brokerKey)
        let monitor = try Monitor(of: stranger, in: context)
        try stranger.connect(broker.control)
        #expect(try Self.isRefused(monitor))
        let agent = try WireAgent("desk", keys: desk, broker: broker)
        try agent.open()
        #expect(broker.stop() == 0)
        let export = try Operated.run("audit", "export", "--format", "json", on: broker.directory)
        #expect(export.status == 0)
        #expect(export.output.contains("connection-refused"))
    }

    /// Whether the handshake that a monitor watches is refused for its key.
    static func isRefused(_ monitor: borrowing Monitor) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            guard let event = try monitor.next(timeout: .seconds(1)) else { continue }
            switch event.kind {
            case .handshakeFailedAuthentication: return true
            case .handshakeSucceeded, .handshakeFailed, .handshakeFailedProtocol: return false
            default: continue
            }
        }
        return false
    }
}
