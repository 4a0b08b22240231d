import CareModel
import CareVault
import CareWire
import Foundation
import SwiftProtobuf
import Testing
import ZeroMQ

@Suite("Events are for those who were given their topic", .serialized)
struct EventsTests {
    private let broker: BrokerProcess
    private let desk: CurveKeyPair
    private let heart: CurveKeyPair

    init() throws {
        broker = try BrokerProcess(
            "events", environment: ["CARELOOPD_CONSENT_IMPLICIT": "basic-normal"])
        try broker.start()
        desk = try broker.enrol("desk", organisation: "lakeside", roles: [.referrer])
        heart = try broker.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])
    }

    @Test("who subscribes to everything sees tokens and sealed bytes, and can open none of them")
    func everything() throws {
        let follower = try WireAgent("desk", keys: desk, broker: broker)
        try follower.open()
        let own = try topic("organisation:lakeside", follower)
        let snooper = try WireAgent("heart", keys: heart, broker: broker)
        try snooper.open()
        let other = try topic("organisation:northside", snooper)
        let tap = try Tap(keys: heart, broker: broker)
        try tap.waitForHead(of: own)

        let request = Sample.request(of: "marked-patient", to: "cardiology")
        let item = try follower.submit(request, payload: Sample.referral(of: "marked-patient"))
        #expect(item.outcome == "accepted")
        let heard = try tap.sealed(under: Array(own.token))
        let plain = ["marked-patient", "lakeside", "northside", "cardiology", "requested"]
        let all = heard.token + heard.frame.sealed
        #expect(Haystack.marks(plain + [item.referralNumber], in: all) == [])
        #expect(Data(all).range(of: request.referralID) == nil)
        #expect(Self.event(heard, other) == nil)
        let event = try #require(Self.event(heard, own), "it is an event of the stream")
        #expect(event.referralID == request.referralID)
        let words = try event.serializedBytes() as [UInt8]
        #expect(Haystack.marks(["marked-patient"], in: words) == [], "not even those who may")
    }

    @Test("a key nobody enrolled gets nothing from evt")
    func stranger() throws {
        let context = try Context()
        let socket = try Socket(.sub, in: context)
        try socket.secureAsClient(keys: .generate(), serverKey: broker.brokerKey)
        try socket.set(.subscribe, to: [])
        let monitor = try Monitor(of: socket, in: context)
        try socket.connect(broker.events)
        #expect(try IdentityTests.isRefused(monitor))
        #expect(try socket.receive() == nil)
    }

    @Test(
        "a revoked agent's connection gets no event it can open; its colleagues' topic is renewed")
    func revoked() throws {
        let leaving = try broker.enrol("leaving", organisation: "lakeside", roles: [.referrer])
        let staying = try WireAgent("desk", keys: desk, broker: broker)
        try staying.open()
        let old = try topic("organisation:lakeside", staying)
        let agent = try WireAgent("leaving", keys: leaving, broker: broker)
        try agent.open()
        #expect(try topic("organisation:lakeside", agent).key == old.key)
        let tap = try Tap(keys: leaving, broker: broker)
        try tap.waitForHead(of: old)

        try broker.administer(.with { $0.revokeAgent.id = "leaving" })
        let bye = try agent.next("Bye") { frame, _ in
            if case .bye(let bye) = frame.body { bye } else { nil }
        }
        #expect(bye.refusal.code == "revoked")
        let renewed = try staying.next("Topic") { frame, _ in
            if case .topic(let topic) = frame.body { topic } else { nil }
        }
        #expect(renewed.stream == old.stream)
        #expect(renewed.token != old.token && renewed.key != old.key)
        let request = Sample.request(of: "after", to: "cardiology")
        #expect(
            try staying.submit(request, payload: Sample.referral(of: "after")).outcome
                == "accepted")
        let heard = try tap.sealed(under: Array(renewed.token))
        #expect(Self.event(heard, old) == nil)
        #expect(Self.event(heard, renewed) != nil)
        #expect(tap.sealedCount(under: Array(old.token)) == 0)
    }

    private func topic(_ stream: String, _ agent: borrowing WireAgent) throws -> WireTopic {
        try agent.say(.subscribe(.with { $0.stream = stream }))
        return try agent.next("Topic") { frame, _ in
            if case .topic(let topic) = frame.body { topic } else { nil }
        }
    }

    private static func event(_ heard: Tap.Heard, _ topic: WireTopic) -> WireEvent? {
        TopicSeal.open(
            heard.frame.sealed, token: heard.token, key: Array(topic.key),
            epoch: heard.frame.epoch, sequence: heard.frame.sequence
        ).flatMap { try? WireEvent(serializedBytes: $0) }
    }
}

/// Listens to all of `evt` with the key of an enrolled agent.
private final class Tap {
    struct Heard {
        let token: [UInt8]
        let frame: WireEventFrame
    }

    private let context: Context
    private let socket: Socket
    private var all: [Heard] = []

    init(keys: CurveKeyPair, broker: BrokerProcess) throws {
        let context = try Context()
        let socket = try Socket(.sub, in: context)
        try socket.secureAsClient(keys: keys, serverKey: broker.brokerKey)
        try socket.set(.subscribe, to: [])
        try socket.connect(broker.events)
        self.context = context
        self.socket = socket
    }

    /// Waits until it hears a followed stream's head, which is repeated each second.
    func waitForHead(of topic: WireTopic) throws {
        _ = try next { $0.token == Array(topic.token) }
    }

    /// The next event under a token, with all that was heard before it.
    func sealed(under token: [UInt8]) throws -> Heard {
        try next { $0.token == token && !$0.frame.sealed.isEmpty }
    }

    func sealedCount(under token: [UInt8]) -> Int {
        all.count { $0.token == token && !$0.frame.sealed.isEmpty }
    }

    private func next(_ isWanted: (Heard) -> Bool) throws -> Heard {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            guard let parts = try socket.receive(timeout: .seconds(1)), parts.count == 2 else {
                continue
            }
            let heard = Heard(
                token: parts[0].bytes, frame: try WireEventFrame(serializedBytes: parts[1].bytes))
            all.append(heard)
            if isWanted(heard) { return heard }
        }
        throw NoAnswer(wanted: "an event", got: "nothing")
    }
}
