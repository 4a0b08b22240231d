import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

@testable import CareAgent

@Suite("Recalls over real sockets", .timeLimit(.minutes(1)))
struct RecallSessionTests {
    @Test("a copy that is recalled before it is acknowledged leaves nothing behind")
    func recalls() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        let delivery = Sample.delivery(5)
        broker.change { state in
            state.mail = [(delivery.wire, Array("doc".utf8))]
            state.recallsAfter = [5]
        }
        let exchange = try clinic.agent().exchange()
        #expect(try clinic.store.inbox().isEmpty)
        #expect(try clinic.store.unsettled(limit: 9).isEmpty)
        // Whether it was stored meanwhile depends on how the frames came in.
        #expect(exchange.recalled.count == exchange.collected.count)
    }

    @Test("a copy whose acknowledgement was never answered is asked about in the next session")
    func afterCrash() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        try clinic.store.store(Sample.delivery(5, payload: Sample.document), at: Sample.time)
        try clinic.store.store(Sample.delivery(6, payload: Sample.document), at: Sample.time)
        broker.change { $0.recalled = [5] }
        _ = try clinic.agent().exchange()
        #expect(broker.change { $0.acks.map(\.deliveryID) } == [5, 6])
        #expect(try clinic.store.inbox().map(\.arrival.delivery.number) == [6])
        #expect(try clinic.store.unsettled(limit: 9).isEmpty)
    }

    @Test("a message that is only good now is not sent by a later session")
    func sendBefore() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        let patient = try #require(Sample.patient)
        let draft = Draft.breakGlass(patient, because: "unconscious, needs drugs")
        let now = AgentIDs.system.now()
        try clinic.store.enqueue(
            draft, at: now + .seconds(-60), sendBefore: now + .seconds(-1))
        #expect(try clinic.agent().exchange().receipts.isEmpty)
        #expect(broker.change { $0.submits.isEmpty })
    }

    @Test("a message that is taken back while no broker can be reached is never sent")
    func takenBack() async throws {
        let broker = try FakeBroker()
        let clinic = try Clinic(at: broker)
        broker.stop()
        let draft = try clinic.enqueue().first
        let agent = clinic.agent()
        #expect(throws: AgentError.self) { try agent.exchange(deadline: .milliseconds(300)) }
        let id = try #require(draft).message
        #expect(try clinic.store.discard(id))
        let again = try FakeBroker(after: broker)
        defer { again.stop() }
        #expect(try agent.exchange().receipts.isEmpty)
        #expect(again.change { $0.submits.isEmpty })
    }
}
