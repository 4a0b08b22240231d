import CareModel
import CareWire
import Foundation
import GRDB
import SwiftProtobuf
import Testing
import ZeroMQ

@testable import CareAgent

@Suite("Exchanges with a broker over real sockets", .timeLimit(.minutes(1)))
struct ExchangeTests {
    @Test("an exchange sends the outbox with its documents and brings the receipts")
    func sends() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        let submits = try clinic.enqueue(3)
        let exchange = try clinic.agent().exchange()
        #expect(exchange.receipts.map(\.message) == submits.map(\.message))
        #expect(exchange.welcome.organisation == OrganisationID(unchecked: "north"))
        #expect(exchange.waiting == 0)
        #expect(try clinic.store.waiting().isEmpty)
        let (seen, payloads, hellos) = broker.change { ($0.submits, $0.payloads, $0.hellos) }
        #expect(seen == submits.map(\.submit))
        #expect(payloads == Array(repeating: Sample.document.bytes, count: 3))
        #expect(hellos.map(\.agent) == ["dr-north"])
    }

    @Test("more than a window and more than a page of messages go out in order")
    func sendsMany() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        let submits = try clinic.enqueue(300)
        let exchange = try clinic.agent().exchange()
        #expect(exchange.receipts.count == 300)
        #expect(broker.change { $0.submits } == submits.map(\.submit))
        #expect(try clinic.store.waitingCount() == 0)
    }

    @Test("an exchange stores what waits, then acknowledges it, and leaves no credit behind")
    func collects() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        let mail = (1...100).map { Sample.delivery(Int64($0)) }
        broker.change { state in state.mail = mail.map { ($0.wire, Array("doc".utf8)) } }
        let agent = clinic.agent()
        let exchange = try agent.exchange()
        #expect(exchange.collected == mail.map(\.envelope.message))
        #expect(try clinic.store.inbox().count == 100)
        #expect(try clinic.store.inbox().allSatisfy { $0.payload?.bytes == Array("doc".utf8) })
        #expect(try agent.exchange().collected == [])
        #expect(broker.change { $0.acks.map(\.deliveryID) } == (1...100).map { UInt64($0) })
        #expect(await broker.eventually { $0.credit.isEmpty })
    }

    @Test("a message that comes again is stored once and acknowledged with its new fence")
    func duplicates() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        let first = Sample.delivery(4)
        var again = first
        again.fence = Fence(2)
        broker.change { $0.mail = [(first.wire, [1])] }
        let agent = clinic.agent()
        #expect(try agent.exchange().collected.count == 1)
        #expect(await broker.eventually { $0.byes == 1 })
        broker.change { $0.mail = [(again.wire, [1])] }
        #expect(try agent.exchange().collected == [])
        #expect(broker.change { $0.acks.map(\.fence) } == [1, 2])
        #expect(try clinic.store.inbox().map(\.arrival.fence) == [Fence(2)])
    }

    @Test("an opened message is told to the broker at the next exchange, once")
    func displays() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        let delivery = Sample.delivery(4)
        broker.change { $0.mail = [(delivery.wire, [1])] }
        let agent = clinic.agent()
        _ = try agent.exchange()
        try clinic.store.open(delivery.envelope.message, at: Sample.time)
        _ = try agent.exchange()
        _ = try agent.exchange()
        #expect(broker.change { $0.acks.map(\.displayed) } == [false, true])
    }

    @Test("with the broker away everything stays queued, and the error says where it looked")
    func away() throws {
        let dead = try [Clinic.deadEndpoint(), Clinic.deadEndpoint()]
        let clinic = try Clinic(at: dead, brokerKey: CurveKeyPair.generate().publicKey)
        let submits = try clinic.enqueue(2)
        let error = #expect(throws: AgentError.self) { try clinic.agent().exchange() }
        #expect(error?.code == .unreachable)
        for endpoint in dead { #expect(error?.message.contains(endpoint.control) == true) }
        #expect(try clinic.store.waiting().map(\.draft) == submits)
    }

    @Test("the second endpoint answers if the first does not")
    func secondEndpoint() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(
            at: [Clinic.deadEndpoint(), .init(control: broker.control)],
            brokerKey: broker.keys.publicKey)
        try clinic.enqueue()
        #expect(try clinic.agent().exchange().receipts.count == 1)
    }

    @Test("a key that was never enrolled is refused with what to do about it")
    func unknownKey() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change { $0.takesKeys = false }
        let clinic = try Clinic(at: broker)
        try clinic.enqueue()
        let error = #expect(throws: AgentError.self) { try clinic.agent().exchange() }
        #expect(error?.code == .refused)
        let key = try AgentKey.load(from: clinic.folder.path).publicKey.z85
        #expect(error?.message.contains(key) == true)
        #expect(try clinic.store.waiting().count == 1)
    }

    @Test("a wrong broker key is noticed and named")
    func wrongBrokerKey() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(
            at: [.init(control: broker.control)], brokerKey: CurveKeyPair.generate().publicKey)
        let error = #expect(throws: AgentError.self) { try clinic.agent().exchange() }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("not the broker whose key") == true)
    }

    @Test("a broker that will not have the agent is quoted")
    func dismissed() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change { $0.refusesHello = "This agent was revoked." }
        let error = #expect(throws: AgentError.self) {
            try Clinic(at: broker).agent().exchange()
        }
        #expect(error?.code == .refused)
        #expect(error?.message == "This agent was revoked.")
    }

    @Test("questions are answered in one session, with documents and refusals")
    func asks() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        let agent = clinic.agent()
        let plain = try agent.ask(Query(.directory(text: ""), page: Page(cursor: "c")))
        #expect(plain.cursor == "c")
        #expect(plain.document == nil)
        let content = try agent.ask(Query(.content(AgentIDs.system.message())))
        #expect(content.document?.bytes == Array("document".utf8))
        let error = #expect(throws: AgentError.self) {
            try agent.ask(Query(.deadLetters))
        }
        #expect(error?.refusal?.code == "not-allowed")
        #expect(broker.change { $0.hellos.count } == 1)
        _ = try agent.exchange()
        _ = try agent.ask(Query(.breakGlasses))
    }

    @Test("an unanswered question ends after its time")
    func unanswered() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change { $0.answersQueries = false }
        let agent = try Clinic(at: broker).agent()
        let error = #expect(throws: AgentError.self) {
            try agent.ask(Query(.breakGlasses), deadline: .milliseconds(300))
        }
        #expect(error?.code == .unreachable)
        broker.change { $0.answersQueries = true }
        _ = try agent.ask(Query(.breakGlasses))
    }

    @Test("a broker that forgot the session gets hello again, and the question with it")
    func resyncs() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let agent = try Clinic(at: broker).agent()
        _ = try agent.ask(Query(.breakGlasses))
        broker.forgetSessions()
        _ = try agent.ask(Query(.breakGlasses))
        #expect(broker.change { $0.hellos.count } == 2)
        #expect(broker.change { Set($0.hellos.map(\.instance)).count } == 1)
    }

    @Test("an agent that moves to another thread opens a connection of its own there")
    func otherThread() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let agent = try Clinic(at: broker).agent()
        _ = try agent.ask(Query(.breakGlasses))
        // Safety: one thread at a time uses it; this test waits while the other does.
        nonisolated(unsafe) let moved = agent
        let count = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let answers = (0..<2).map { _ in (try? moved.ask(Query(.breakGlasses))) != nil }
                continuation.resume(returning: answers.filter(\.self).count)
            }
        }
        #expect(count == 2)
    }

    @Test("a broker that dies between two exchanges and comes back loses nothing")
    func restart() throws {
        let broker = try FakeBroker()
        let clinic = try Clinic(at: broker)
        broker.change { $0.answer = { _ in nil } }
        let submits = try clinic.enqueue(2)
        let agent = clinic.agent()
        let error = #expect(throws: AgentError.self) {
            try agent.exchange(deadline: .milliseconds(300))
        }
        #expect(error?.code == .unreachable)
        #expect(broker.change { $0.submits } == submits.map(\.submit))
        broker.stop()
        #expect(try clinic.store.waiting().map(\.draft) == submits)

        let next = try FakeBroker(after: broker)
        defer { next.stop() }
        #expect(try agent.exchange().receipts.map(\.message) == submits.map(\.message))
        #expect(next.change { $0.submits } == submits.map(\.submit))
    }

    @Test("after a commit that failed the next exchange brings what the failed one heard")
    func failedCommit() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        let submits = try clinic.enqueue(3)
        let agent = clinic.agent()
        // As a full disk would: nothing of the turn is written.
        try clinic.store.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER refusal BEFORE UPDATE ON outbox
                    BEGIN SELECT RAISE(ABORT, 'no'); END
                    """)
        }
        let error = #expect(throws: AgentError.self) { try agent.exchange() }
        #expect(error?.code == .unusableStore)
        #expect(try clinic.store.waiting().count == 3)
        try clinic.store.write { try $0.execute(sql: "DROP TRIGGER refusal") }
        let exchange = try agent.exchange()
        #expect(exchange.receipts.map(\.message) == submits.map(\.message))
        #expect(try clinic.store.waiting().isEmpty)
    }

    @Test("a document longer than the broker takes is refused here, the rest goes on")
    func tooLong() throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        let long = Sample.request(Payload([UInt8](repeating: 32, count: (1 << 20) + 1)))
        try clinic.store.enqueue(long, at: Sample.time)
        try clinic.enqueue()
        let receipts = try clinic.agent().exchange().receipts
        #expect(receipts.map(\.outcome.code) == ["refused", "accepted"])
        #expect(receipts.first?.refusal?.code == "payload-too-large")
        #expect(try clinic.store.waiting().isEmpty)
    }
}
