import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing
import ZeroMQ

@testable import CareAgent

@Suite("Watching a real broker", .serialized)
struct WatchTests {
    @Test("with every second event dropped, the watcher ends with the list of a fresh query")
    func droppedEvents() async throws {
        let broker = try BrokerProcess(
            "watch", environment: ["CARELOOPD_CONSENT_IMPLICIT": "basic-normal"])
        try broker.start()
        let sender = try broker.enrol("desk", organisation: "lakeside", roles: [.referrer])
        let home = "\(broker.directory)/agents"
        let contexts = AgentContexts(home: home)
        let key = try contexts.create(
            AgentContext(
                name: "watch", agent: "watcher", brokerKey: broker.brokerKey.z85,
                endpoints: [.init(control: broker.control, events: broker.events)]))
        try broker.administer(
            .with {
                $0.enrolAgent.id = "watcher"
                $0.enrolAgent.organisation = "lakeside"
                $0.enrolAgent.name = "Watcher"
                $0.enrolAgent.publicKey = key
                $0.enrolAgent.roles = ["coordinator"]
            })
        _ = try broker.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])

        let board = NSConditionBox<[Data: StreamEvent]>([:])
        let isFollowing = NSConditionBox(false)
        let lakeside = StreamName.organisation(OrganisationID(unchecked: "lakeside"))
        let follower = Follower(
            context: try contexts.load("watch"), mail: try contexts.openStore(of: "watch"),
            keyIn: contexts.directory(of: "watch"), options: .init(),
            dropsEvent: { $0 % 2 == 0 })
        let watching = Task {
            try await follower.run { happening in
                switch happening {
                case .events(let stream, let entries) where stream == lakeside:
                    board.with { board in
                        for event in entries where event.kind == .referral {
                            if let id = event.referral { board[id.data] = event }
                        }
                    }
                case .caughtUp(let stream) where stream == lakeside:
                    isFollowing.with { $0 = true }
                default: break
                }
            }
        }
        try #require(await isMet(isFollowing) { $0 })

        let count = 40
        let expected = try refer(count, as: sender, broker)
        #expect(expected.count == count && Set(expected.values).count == 2)
        let isSame = await isMet(board) { $0.mapValues { $0.state?.code } == expected }
        follower.stop()
        try await watching.value
        #expect(isSame, "the board never showed what a fresh query tells")
    }

    /// Refers, cancels every third again, and gives the states that a fresh query tells.
    private func refer(
        _ count: Int, as keys: CurveKeyPair, _ broker: BrokerProcess
    ) throws -> [Data: String] {
        let desk = try WireAgent("desk", keys: keys, broker: broker)
        try desk.open()
        for number in 1...count {
            let request = Sample.request(of: "p\(number)", to: "cardiology")
            let receipt = try desk.submit(request, payload: Sample.referral(of: "p\(number)"))
            guard number % 3 == 0, receipt.outcome == "accepted" else { continue }
            _ = try desk.submit(
                .with {
                    $0.messageID = Sample.uuid()
                    $0.kind = "cancel"
                    $0.referralID = request.referralID
                    $0.expectedVersion = receipt.referralVersion
                    $0.reason = "no-longer-required"
                })
        }
        try desk.say(.query(.with { $0.worklist.list = "all" }), request: 9)
        let rows = try desk.next("Result") { frame, _ in
            if case .result(let result) = frame.body { result.referrals } else { nil }
        }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.referralID, $0.state) })
    }

    private func isMet<Value>(
        _ box: NSConditionBox<Value>, _ condition: @escaping @Sendable (Value) -> Bool
    ) async -> Bool {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: box.wait(seconds: 120, condition)) }.start()
        }
    }
}
