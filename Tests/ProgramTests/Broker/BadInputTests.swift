import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing
import ZeroMQ

@Suite("What no well-behaved agent says", .serialized)
struct BadInputTests {
    let broker: BrokerProcess
    let sender: CurveKeyPair
    let receiver: CurveKeyPair

    init() throws {
        broker = try BrokerProcess(
            "bad",
            environment: [
                "CARELOOPD_CONSENT_IMPLICIT": "basic-normal",
                "CARELOOPD_SESSION_HEARTBEAT_SECONDS": "1",
            ])
        try broker.start()
        sender = try broker.enrol("desk", organisation: "lakeside", roles: [.referrer])
        receiver = try broker.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])
    }

    @Test("frames that are not CLP/1 get a coded error and leave the session alive")
    func malformedFrames() throws {
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        try agent.open()
        try agent.send([0xFF, 0xFE, 0xFD])
        #expect(try agent.error().code == "malformed-frame")
        try agent.say(.ping(WirePing()), version: 9)
        #expect(try agent.error().code == "unsupported-version")
        try agent.say(.snapshot(.with { $0.stream = "agent:desk" }))
        #expect(try agent.error().code == "unsupported-verb")
        try agent.send([0x08, 0x01, 0xA2, 0x06, 0x00])  // version 1, then a verb of the future
        #expect(try agent.error().code == "unsupported-verb")
        try agent.say(.ping(WirePing()))
        _ = try agent.next("Pong") { frame, _ in
            if case .pong = frame.body { true } else { nil }
        }
    }

    @Test("three to seven frames are malformed, more are dropped, and the session lives")
    func tooManyFrames() throws {
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        try agent.open()
        let ping: [UInt8] = try WireAgentFrame.with {
            $0.version = 1
            $0.request = 5
            $0.ping = WirePing()
        }.serializedBytes()
        for count in [3, 7] {
            try agent.send(frames: Array(repeating: ping, count: count))
            #expect(try agent.error().code == "malformed-frame", "\(count)")
        }
        for count in [8, 20] { try agent.send(frames: Array(repeating: ping, count: count)) }
        try agent.say(.ping(WirePing()), request: 9)
        let answered = try agent.next("Pong") { frame, _ in
            if case .pong = frame.body { frame.request } else { nil }
        }
        #expect(answered == 9, "what was dropped got no answer")
    }

    @Test("where a stream is asked for beyond its end, the answer tells the end")
    func fetchBeyondEnd() throws {
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        try agent.open()
        try agent.say(.subscribe(.with { $0.stream = "organisation:lakeside" }))
        let topic = try agent.next("Topic") { frame, _ in
            if case .topic(let topic) = frame.body { topic } else { nil }
        }
        for (from, to) in [(99, 0), (99, 3), (5, 2)] as [(UInt64, UInt64)] {
            try agent.say(
                .fetch(
                    .with {
                        $0.stream = topic.stream
                        $0.epoch = topic.epoch
                        $0.from = from
                        $0.to = to
                    }))
            let events = try agent.next("Events") { frame, _ in
                if case .events(let events) = frame.body { events } else { nil }
            }
            #expect(events.events.isEmpty && events.head == topic.head)
        }
    }

    @Test("a verb without a session is answered with Resync")
    func withoutSession() throws {
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        try agent.say(.ping(WirePing()))
        _ = try agent.next("Resync") { frame, _ in
            if case .resync = frame.body { true } else { nil }
        }
    }

    @Test("a hello under another name, or with no common version, ends with a coded Bye")
    func wrongHello() throws {
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        #expect(try agent.hello(as: "heart")?.bye.refusal.code == "wrong-agent")
        #expect(try agent.hello(versions: [7])?.bye.refusal.code == "unsupported-version")
    }

    @Test("a document that is not what its envelope says is refused with the reason")
    func payloads() throws {
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        try agent.open()
        func refusal(_ change: (inout WireSubmit) -> Void, _ payload: [UInt8]?) throws
            -> WireRefusal
        {
            var submit = Sample.request(of: "1", to: "cardiology")
            change(&submit)
            return try agent.submit(submit, payload: payload).refusal
        }
        let notJSON = try refusal({ _ in }, Array("hello".utf8))
        #expect(notJSON.code == "payload-mismatch" && notJSON.message.contains("not-json"))
        let notFHIR = try refusal({ _ in }, Array("{}".utf8))
        #expect(notFHIR.code == "payload-mismatch" && notFHIR.message.contains("not-fhir"))
        let other = try refusal({ _ in }, Sample.referral(of: "2"))
        #expect(other.message.contains("patient-mismatch"))
        #expect(!other.message.contains("2"), "an identifier must not be in an error")
        #expect(try refusal({ _ in }, nil).code == "payload-missing")
        let anonymous = try refusal({ $0.clearPatient() }, Sample.referral(of: "1"))
        #expect(anonymous.code == "invalid-field")
        let long = [UInt8](repeating: 0x20, count: (8 << 20) + 1)
        #expect(try refusal({ _ in }, long).code == "payload-too-large")
    }

    @Test("a frame beyond the hard limit drops the connection, and the next one works")
    func oversized() throws {
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        try agent.open()
        try agent.say(
            .submit(Sample.request(of: "1", to: "cardiology")),
            payload: [UInt8](repeating: 0x20, count: 12 << 20))
        // The connection comes back by itself; what was said on the broken one is lost, so an
        // agent says hello until it is welcome.
        let deadline = ContinuousClock.now + .seconds(10)
        var isOpen = false
        while !isOpen, ContinuousClock.now < deadline {
            try agent.say(.hello(agent.greeting), timeout: .seconds(1))
            while !isOpen, let heard = try agent.hear(timeout: .milliseconds(300)) {
                if case .welcome = heard.frame.body { isOpen = true }
            }
        }
        #expect(isOpen)
    }

    @Test("frames on evt and adm that are none of the protocol do not end the broker")
    func otherSockets() throws {
        let context = try Context()
        let follower = try Socket(.xsub, in: context)
        try follower.secureAsClient(keys: sender, serverKey: broker.brokerKey)
        try follower.connect(broker.events)
        let many = [MessagePart](repeating: .bytes([1, 2, 3]), count: 40)
        #expect(try follower.send(many, timeout: .seconds(5)) == .sent)
        let operatorLink = try Socket(.dealer, in: context)
        try operatorLink.connect("ipc://\(broker.directory)/admin.sock")
        #expect(try operatorLink.send(many, timeout: .seconds(5)) == .sent)
        #expect(try operatorLink.send([.bytes([0xFF])], timeout: .seconds(5)) == .sent)
        _ = try #require(try operatorLink.receive(timeout: .seconds(10)), "an answer to garbage")
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        try agent.open()
    }

    @Test("fields that make no sense are refused with a code")
    func fields() throws {
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        try agent.open()
        func code(_ change: (inout WireSubmit) -> Void) throws -> String {
            var submit = Sample.request(of: "1", to: "cardiology")
            change(&submit)
            return try agent.submit(submit, payload: Sample.referral(of: "1")).refusal.code
        }
        #expect(try code { $0.to = "service:nowhere" } == "unknown-recipient")
        #expect(try code { $0.to = "anywhere" } == "invalid-field")
        #expect(try code { $0.reason = "" } == "reason-required")
        #expect(try code { $0.reason = "Free text about a person" } == "invalid-field")
        #expect(try code { $0.priority = "soon" } == "invalid-field")
        #expect(try code { $0.expiresAtMs = 1 } == "implausible-time")
        #expect(try code { $0.expiresAtMs = .max } == "implausible-time")
        #expect(try code { $0.replyTo = "service:cardiology" } == "not-allowed")
        try agent.say(.submit(.with { $0.kind = "request" }))
        #expect(try agent.error().code == "invalid-field")
    }

    @Test("one message id has one result: the same again is a duplicate, other content a conflict")
    func duplicates() throws {
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        try agent.open()
        let submit = Sample.request(of: "3", to: "cardiology")
        let first = try agent.submit(submit, payload: Sample.referral(of: "3"))
        #expect(first.outcome == "accepted" && !first.duplicate)
        broker.kill()
        try broker.start()
        try agent.open()
        let again = try agent.submit(submit, payload: Sample.referral(of: "3"))
        #expect(again.outcome == "accepted" && again.duplicate)
        #expect(again.referralNumber == first.referralNumber)
        let other = try agent.submit(submit, payload: Sample.referral(of: "3", text: "Other"))
        #expect(other.refusal.code == "duplicate-conflict")
    }

    @Test("illegal moves and stale versions tell the state and what may be done")
    func moves() throws {
        let desk = try WireAgent("desk", keys: sender, broker: broker)
        let heart = try WireAgent("heart", keys: receiver, broker: broker)
        try desk.open()
        try heart.open()
        let request = Sample.request(of: "4", to: "cardiology")
        #expect(try desk.submit(request, payload: Sample.referral(of: "4")).outcome == "accepted")
        func move(_ kind: String, version: UInt32, reason: String = "") -> WireSubmit {
            .with {
                $0.messageID = Sample.uuid()
                $0.kind = kind
                $0.referralID = request.referralID
                $0.expectedVersion = version
                $0.reason = reason
            }
        }
        let illegal = try heart.submit(move("no-show", version: 1, reason: "ill")).refusal
        #expect(illegal.code == "illegal-move" && illegal.state == "requested")
        #expect(illegal.allowedMoves.contains("accept"))
        let stale = try heart.submit(move("accept", version: 9)).refusal
        #expect(stale.code == "stale-version" && stale.referralVersion == 1)
        #expect(try desk.submit(move("accept", version: 1)).refusal.code == "illegal-move")
        #expect(try heart.submit(move("receive", version: 1)).refusal.code == "invalid-field")
        #expect(try heart.submit(move("accept", version: 1)).state == "accepted")
        #expect(try heart.submit(move("accept", version: 1)).outcome == "unchanged")
    }

    @Test("an unknown key gets no answer at all")
    func unknownKey() throws {
        let stranger = try WireAgent("desk", keys: .generate(), broker: broker)
        let isConnected = try stranger.say(.ping(WirePing()), timeout: .milliseconds(500))
        let answer = isConnected ? try stranger.hear(timeout: .seconds(1))?.frame : nil
        #expect(answer == nil)
    }

    @Test("a revoked key loses its session at once and cannot come back")
    func revokedKey() throws {
        let agent = try WireAgent("desk", keys: sender, broker: broker)
        try agent.open()
        try broker.administer(.with { $0.revokeAgent.id = "desk" })
        let bye = try agent.next("Bye") { frame, _ in
            if case .bye(let bye) = frame.body { bye } else { nil }
        }
        #expect(bye.refusal.code == "revoked")
        #expect(try agent.hello()?.bye.refusal.code == "revoked")
        let next = try WireAgent("desk", keys: sender, broker: broker)
        #expect(
            try !next.say(.ping(WirePing()), timeout: .seconds(1))
                || next.hear(timeout: .seconds(1)) == nil)
    }

    @Test("an agent that gets a new key loses what its old one had open")
    func replacedKey() throws {
        let old = try WireAgent("desk", keys: sender, broker: broker)
        try old.open()
        let keys = try broker.enrol("desk", organisation: "lakeside", roles: [.referrer])
        #expect(
            try old.hello()?.bye.refusal.code == "revoked"
                || old.hello()?.bye.refusal.code == "revoked")
        let new = try WireAgent("desk", keys: keys, broker: broker)
        try new.open()
    }

    @Test("what a killed agent held is delivered again under a new fence, and the old one is stale")
    func killedAgent() throws {
        let desk = try WireAgent("desk", keys: sender, broker: broker)
        try desk.open()
        let held = try deliverTo(oneThatDies: desk)
        let heart = try WireAgent("heart", keys: receiver, broker: broker)
        try heart.open()
        try heart.credit()
        let (deliver, payload) = try heart.delivery(seconds: 20)
        #expect(deliver.envelope.messageID == held.envelope.messageID)
        #expect(deliver.redelivered && deliver.fence > held.fence)
        #expect(payload == Sample.referral(of: "5"))
        var old = deliver
        old.fence = held.fence
        #expect(try heart.acknowledge(old) == "stale")
        #expect(try heart.acknowledge(deliver) == "acknowledged")
    }

    private func deliverTo(oneThatDies desk: borrowing WireAgent) throws -> WireDeliver {
        let heart = try WireAgent("heart", keys: receiver, broker: broker)
        try heart.open()
        try heart.credit()
        let request = Sample.request(of: "5", to: "cardiology")
        _ = try desk.submit(request, payload: Sample.referral(of: "5"))
        return try heart.delivery().0
    }

    @Test("a second broker on the same data directory refuses to start and names the holder")
    func secondBroker() throws {
        let second = Process()
        second.executableURL = try BuiltPrograms.url("careloopd")
        second.arguments = ["run", "--data", broker.directory]
        let output = Pipe()
        second.standardError = output
        try second.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        second.waitUntilExit()
        #expect(second.terminationStatus == 1)
        #expect(text.contains("already-open"))
    }
}
