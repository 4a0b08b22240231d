import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing
import ZeroMQ

@Suite("Frames that were recorded and sent again", .serialized)
struct ReplayTests {
    private let broker: BrokerProcess
    private let desk: CurveKeyPair
    private let heart: CurveKeyPair

    init() throws {
        broker = try BrokerProcess(
            "replay", environment: ["CARELOOPD_CONSENT_IMPLICIT": "basic-normal"])
        try broker.start()
        desk = try broker.enrol("desk", organisation: "lakeside", roles: [.referrer])
        heart = try broker.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])
    }

    private static func bytes(
        _ body: WireAgentFrame.OneOf_Body, request: UInt64 = 0
    ) throws -> [UInt8] {
        try WireAgentFrame.with {
            $0.version = 1
            $0.request = request
            $0.body = body
        }.serializedBytes()
    }

    /// Sends a recorded Submit and gives what the receipt says.
    private func replay(
        _ frame: [UInt8], _ payload: [UInt8], of message: Data, by agent: borrowing WireAgent
    ) throws -> WireReceiptItem {
        try agent.send(frame, payload: payload)
        return try agent.next("Receipt") { frame, _ in
            frame.receipt.items.first { $0.messageID == message }
        }
    }

    @Test("a Submit sent again by anybody has no second effect")
    func submit() throws {
        let request = Sample.request(of: "again", to: "cardiology")
        let payload = Sample.referral(of: "again")
        let frame = try Self.bytes(.submit(request))
        let agent = try WireAgent("desk", keys: desk, broker: broker)
        try agent.open()
        let first = try replay(frame, payload, of: request.messageID, by: agent)
        #expect(first.outcome == "accepted" && !first.duplicate)
        let same = try replay(frame, payload, of: request.messageID, by: agent)
        #expect(same.duplicate && same.referralNumber == first.referralNumber)
        let elsewhere = try WireAgent("desk", keys: desk, broker: broker)
        try elsewhere.open()
        #expect(try replay(frame, payload, of: request.messageID, by: elsewhere).duplicate)
        let changed = try replay(
            frame, Sample.referral(of: "again", text: "Other"), of: request.messageID, by: agent)
        #expect(changed.refusal.code == "duplicate-conflict")

        // Another agent that got hold of the bytes, even one of a role that may refer.
        let other = try broker.enrol("other", organisation: "eastside", roles: [.referrer])
        let thief = try WireAgent("other", keys: other, broker: broker)
        try thief.open()
        let stolen = try replay(frame, payload, of: request.messageID, by: thief)
        #expect(stolen.refusal.code == "duplicate-conflict")
        let receiver = try WireAgent("heart", keys: heart, broker: broker)
        try receiver.open()
        #expect(try receiver.collect().deliveries.count == 1)
        #expect(try agent.ask(.worklist(.with { $0.list = "all" })).result.referrals.count == 1)
    }

    @Test("an Ack sent again, late or by somebody else settles nothing")
    func ack() throws {
        let sender = try WireAgent("desk", keys: desk, broker: broker)
        try sender.open()
        let request = Sample.request(of: "ack", to: "cardiology")
        _ = try sender.submit(request, payload: Sample.referral(of: "ack"))
        var receiver = try WireAgent("heart", keys: heart, broker: broker)
        try receiver.open()
        try receiver.credit()
        let (deliver, _) = try receiver.delivery()
        let ack = WireAck.with {
            $0.deliveryID = deliver.deliveryID
            $0.fence = deliver.fence
        }
        let frame = try Self.bytes(.ack(ack), request: 5)
        // Somebody who does not work the mailbox.
        try sender.send(frame)
        let (answered, report) = try sender.next("ErrorReport") { frame, _ in
            if case .error(let report) = frame.body { (frame.request, report) } else { nil }
        }
        #expect(report.refusal.code == "unknown-delivery")
        // Agents that do not know its newer fields take a request of 0 for the oldest Ack.
        #expect(answered == 0 && report.deliveryID == deliver.deliveryID && report.request == 5)
        #expect(try sender.trail(of: request.referralID).map(\.state) == ["sending"])

        // The lease goes back to the mailbox, and leaves again under another fence.
        try receiver.say(.bye(WireBye()))
        receiver = try WireAgent("heart", keys: heart, broker: broker)
        try receiver.open()
        try receiver.credit()
        let (newer, _) = try receiver.delivery()
        #expect(newer.deliveryID == deliver.deliveryID && newer.fence > deliver.fence)
        try receiver.send(frame)
        #expect(try outcome(of: deliver, receiver) == "stale")
        #expect(try receiver.acknowledge(newer) == "acknowledged")
        #expect(try receiver.acknowledge(newer) == "acknowledged", "the same word again")
        try receiver.send(frame)
        #expect(try outcome(of: deliver, receiver) == "stale")
        #expect(try sender.trail(of: request.referralID).map(\.state) == ["acknowledged"])
    }

    private func outcome(
        of deliver: WireDeliver, _ agent: borrowing WireAgent
    ) throws -> String {
        try agent.next("StaleLease or Settled") { frame, _ in
            switch frame.body {
            case .staleLease(let stale) where stale.deliveryID == deliver.deliveryID: "stale"
            case .settled(let settled) where settled.deliveryID == deliver.deliveryID:
                settled.state
            default: nil
            }
        }
    }

    @Test("all bytes of a connection, recorded on the network, are worth nothing on another one")
    func recordedConnection() throws {
        let broker = try LoopbackBroker("record")
        let keys = try broker.setUp.enrol("desk", organisation: "lakeside", roles: [.referrer])
        _ = try broker.setUp.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])
        let recorder = try Recorder(to: broker.port)
        let agent = try WireAgent(
            "desk", keys: keys, control: "tcp://127.0.0.1:\(recorder.port)",
            brokerKey: broker.brokerKey)
        try agent.open()
        let request = Sample.request(of: "record", to: "cardiology")
        let item = try agent.submit(request, payload: Sample.referral(of: "record"))
        #expect(item.outcome == "accepted")
        let said = recorder.recorded
        #expect(said.count > 64 + 200)
        #expect(Haystack.marks(["record", "lakeside"], in: said) == [], "CURVE hides it")
        let replayer = try RawConnection(port: broker.port)
        try replayer.send(said)
        #expect(replayer.isEnded(within: .seconds(9)))
        let after = try agent.ask(.worklist(.with { $0.list = "all" })).result.referrals
        #expect(after.map(\.version) == [1])
        #expect(broker.isRunning)
    }
}
