import CareWire
import Foundation
import SwiftProtobuf
import Testing

@Suite("Scenario: consent goes while messages wait", .serialized)
struct RevocationScenarioTests {
    private let region: Region
    private let directive = Sample.uuid()

    init() throws { region = try Region("withheld") }

    /// Three referrals wait for cardiology, where nobody is connected; then consent goes.
    private func withheld(_ desk: borrowing WireAgent) throws -> [WireSubmit] {
        try desk.record(Chart.permit("northside"), as: directive)
        let requests = try (1...3).map { _ in
            try desk.refer(to: "cardiology", Chart.referral())
        }
        try desk.withdraw(directive)
        return requests
    }

    @Test(
        "none of three waiting documents reaches the receiver's wire, and the sender is told of each"
    )
    func withheld() throws {
        let desk = try region.agent("desk")
        let requests = try withheld(desk)

        let heart = try region.agent("heart")
        let heard = try heart.collect()
        #expect(heard.payloadByteCount == 0)
        #expect(heard.deliveries.isEmpty)
        #expect(Haystack.marks(Chart.marks, in: heard.bytes) == [])

        for request in requests {
            let rows = try desk.trail(of: request.referralID)
            #expect(rows.map(\.state) == ["withheld"])
            #expect(rows.map(\.code) == ["consent-refused"])
            #expect(rows.map(\.attempts) == [0], "nothing was ever handed over")
        }
        let reports = try desk.collect().reports
        #expect(reports.map(\.messageID) == requests.map(\.messageID))
        #expect(Set(reports.map(\.state)) == ["withheld"])
        #expect(try desk.collect().reports.isEmpty, "each is told once")
    }

    @Test("granting again delivers all three, whole, in order of their sending")
    func grantedAgain() throws {
        let desk = try region.agent("desk")
        let requests = try withheld(desk)
        let heart = try region.agent("heart")
        #expect(try heart.collect().deliveries.isEmpty)
        try desk.record(Chart.permit("northside"), as: directive)
        let heard = try heart.collect()
        #expect(heard.deliveries.map(\.deliver.envelope.messageID) == requests.map(\.messageID))
        #expect(heard.documents == [[UInt8]](repeating: Chart.referral(), count: 3))
        for request in requests {
            #expect(try desk.trail(of: request.referralID).map(\.state) == ["acknowledged"])
        }
    }

    @Test("what was withheld stays so over a restart, and goes when consent comes back")
    func restart() throws {
        let desk = try region.agent("desk")
        let requests = try withheld(desk)
        region.broker.kill()
        try region.broker.start()
        let heart = try region.agent("heart")
        #expect(try heart.collect().payloadByteCount == 0)
        let again = try region.agent("desk")
        try again.record(Chart.permit("northside"), as: directive)
        #expect(
            try heart.collect().deliveries.map(\.deliver.envelope.messageID)
                == requests.map(\.messageID))
    }

    @Test("a copy that nobody acknowledged is recalled at once, and its acknowledgement is stale")
    func recalled() throws {
        let desk = try region.agent("desk")
        try desk.record(Chart.permit("northside"), as: directive)
        let request = try desk.refer(to: "cardiology", Chart.referral())
        let heart = try region.agent("heart")
        try heart.credit()
        let (deliver, payload) = try heart.delivery()
        #expect(payload == Chart.referral())
        try desk.withdraw(directive)
        let recall = try heart.next("Recall") { frame, _ in
            if case .recall(let recall) = frame.body { recall } else { nil }
        }
        #expect(recall.deliveryID == deliver.deliveryID && recall.fence == deliver.fence)
        try heart.say(
            .ack(
                .with {
                    $0.deliveryID = deliver.deliveryID
                    $0.fence = deliver.fence
                }))
        let answer = try heart.next("StaleLease or Recall") { frame, _ in
            switch frame.body {
            case .staleLease: "stale"
            case .recall: "recall"
            case .settled: "settled"
            default: nil
            }
        }
        #expect(answer != "settled")
        #expect(try desk.trail(of: request.referralID).map(\.state) == ["withheld"])
    }
}
