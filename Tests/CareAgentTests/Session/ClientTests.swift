import CareModel
import CareWire
import Foundation
import Synchronization
import Testing
import ZeroMQ

@testable import CareAgent

@Suite("A client that serves many tasks", .timeLimit(.minutes(1)))
struct ClientTests {
    private func serving(
        _ clinic: Clinic, mail: (any Mail)? = nil,
        options: AgentClient.Options = AgentClient.Options(),
        _ body: (AgentClient) async throws -> Void
    ) async throws {
        let client = AgentClient(
            context: clinic.context, mail: mail ?? clinic.store, keyIn: clinic.folder.path,
            options: options)
        async let run: Void = client.run()
        do {
            try await body(client)
        } catch {
            client.stop()
            throw error
        }
        client.stop()
        try await run
    }

    private func first(
        _ happenings: Happenings, where isWanted: (Happening) -> Bool
    ) async -> Happening? {
        for await happening in happenings where isWanted(happening) { return happening }
        return nil
    }

    /// Answers a question about a message with the message's id as its document.
    private func echoes(_ broker: FakeBroker) {
        broker.change { state in
            state.result = { query in
                guard case .content(let content) = query.question else { return nil }
                let document = Array(content.messageID)
                return (.content(content.messageID, document), document)
            }
        }
    }

    @Test("many tasks ask at once, and each gets its own answer")
    func asks() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        echoes(broker)
        try await serving(try Clinic(at: broker)) { client in
            try await withThrowingTaskGroup { group in
                for _ in 0..<200 {
                    group.addTask {
                        let id = AgentIDs.system.message()
                        let answer = try await client.ask(.content(id))
                        #expect(answer.document?.bytes == id.bytes)
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(broker.change { $0.hellos.count } == 1)
    }

    @Test("a message is on disk and its receipt comes back, also twice")
    func submits() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        try await serving(clinic) { client in
            let draft = Sample.request()
            let receipt = try await client.submit(draft)
            #expect(receipt.message == draft.message)
            #expect(receipt.outcome == .accepted)
            #expect(try clinic.store.sent(draft.message)?.receipt == receipt)
            #expect(try await client.submit(draft) == receipt)
        }
        #expect(broker.change { $0.submits.count } == 1)
    }

    @Test("a message under another's id is refused here, and the client goes on")
    func takenID() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        try await serving(try Clinic(at: broker)) { client in
            var draft = Sample.request()
            _ = try await client.submit(draft)
            draft.reason = ReasonCode("advice")
            let error = await #expect(throws: AgentError.self) {
                try await client.submit(draft)
            }
            #expect(error?.code == .invalid)
            _ = try await client.ask(.breakGlasses)
        }
    }

    /// Says how a submission ends, and fails if it does not end soon.
    private func ending(
        of draft: Draft, before limit: Timestamp? = nil, _ client: AgentClient,
        meanwhile body: () async throws -> Void = {}
    ) async throws -> AgentError.Code? {
        let submitting = Task { try await client.submit(draft, before: limit) }
        let late = Task {
            try await Task.sleep(for: .seconds(20))
            submitting.cancel()
        }
        defer { late.cancel() }
        try await body()
        let error = await #expect(throws: AgentError.self) { try await submitting.value }
        return error?.code
    }

    private func soon() -> Timestamp { AgentIDs.system.now() + .milliseconds(1_500) }

    @Test("a message whose time passes ends its wait, sent or not, broker or not", arguments: 0..<3)
    func expired(scene: Int) async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change { $0.answer = { _ in nil } }
        let dead = try Clinic.deadEndpoint()
        let clinic =
            try scene == 0
            ? Clinic(at: [dead], brokerKey: broker.keys.publicKey) : Clinic(at: broker)
        var options = AgentClient.Options()
        options.waitersMax = 1
        try await serving(clinic, options: options) { client in
            // Its time may have passed before it is there.
            let limit = scene == 1 ? AgentIDs.system.now() : soon()
            let first = try await ending(of: Sample.request(), before: limit, client)
            #expect(first == .expired)
            // Nobody waits any more, so there is room for another.
            let second = try await ending(of: Sample.request(), before: soon(), client)
            #expect(second == .expired)
        }
        #expect(broker.change { $0.submits.count } == (scene == 2 ? 2 : scene))
    }

    @Test("a message that is taken back ends its wait, sent or not", arguments: [false, true])
    func discarded(isSent: Bool) async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change { $0.answer = { _ in nil } }
        let dead = try Clinic.deadEndpoint()
        let clinic =
            try isSent
            ? Clinic(at: broker) : Clinic(at: [dead], brokerKey: broker.keys.publicKey)
        try await serving(clinic) { client in
            let draft = Sample.request()
            let code = try await ending(of: draft, client) {
                if isSent {
                    #expect(await broker.eventually { $0.submits.count == 1 })
                } else {
                    while try clinic.store.sent(draft.message) == nil { await Task.yield() }
                }
                #expect(try clinic.store.discard(draft.message))
            }
            #expect(code == .discarded)
        }
    }

    @Test("an answer that another program has heard ends the wait as well")
    func heardElsewhere() async throws {
        let clinic = try Clinic(
            at: [Clinic.deadEndpoint()], brokerKey: CurveKeyPair.generate().publicKey)
        try await serving(clinic) { client in
            let draft = Sample.request()
            let submitting = Task { try await client.submit(draft) }
            while try clinic.store.sent(draft.message) == nil { await Task.yield() }
            try clinic.store.record(Sample.accepted(draft), at: Sample.time)
            #expect(try await submitting.value == Sample.accepted(draft))
        }
    }

    @Test("arrivals are told, and lie in whichever mail there is")
    func collects() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let mail = MemoryMail()
        try await serving(try Clinic(at: broker), mail: mail) { client in
            let happenings = client.happenings
            broker.change { $0.mail.append((Sample.delivery(1).wire, [7])) }
            let arrived = await first(happenings) {
                if case .collected = $0 { true } else { false }
            }
            guard case .collected(let arrival) = arrived else { return }
            #expect(arrival.payload?.bytes == [7])
            let message = arrival.envelope.message
            #expect(try mail.received(message)?.arrival == arrival)
            let identifier = try #require(Sample.patient)
            let nora = try #require(
                Person(identifier: identifier, name: "Nora"))
            try client.open(message, by: nora, at: Sample.time)
            #expect(await broker.eventually { $0.acks.contains(where: \.displayed) })
        }
        let people = broker.change { $0.people }
        #expect(people.map(\.name) == ["Nora"])
    }

    @Test("on whose behalf something is said goes with it: the one named, or the context's")
    func person() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        var clinic = try Clinic(at: broker)
        let identifier = try #require(Sample.patient)
        clinic.context.actingFor = Person(identifier: identifier, name: "Of the context")
        let named = try #require(Person(identifier: identifier, name: "Named", role: "nurse"))
        try await serving(clinic) { client in
            _ = try await client.ask(.breakGlasses)
            _ = try await client.ask(.breakGlasses, actingFor: named)
            var draft = Sample.request()
            draft.actingFor = named
            _ = try await client.submit(draft)
            _ = try await client.submit(Sample.request())
        }
        let people = broker.change { $0.people }
        #expect(people.map(\.name) == ["Of the context", "Named", "Named", "Of the context"])
        #expect(people.map(\.role) == ["", "nurse", "nurse", ""])
    }

    @Test("an unanswered question ends after its time, and others do not wait for it")
    func late() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change { $0.answersQueries = false }
        try await serving(try Clinic(at: broker)) { client in
            let error = await #expect(throws: AgentError.self) {
                try await client.ask(.breakGlasses, patience: .milliseconds(100))
            }
            #expect(error?.code == .unreachable)
            broker.change { $0.answersQueries = true }
            _ = try await client.ask(.breakGlasses)
        }
    }

    @Test("a cancelled task ends at once, whether its question was asked or not")
    func cancelled() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change {
            $0.answersQueries = false
            $0.answer = { _ in nil }
        }
        try await serving(try Clinic(at: broker)) { client in
            await withTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask {
                        await #expect(throws: CancellationError.self) {
                            try await client.ask(.breakGlasses, patience: .seconds(3_600))
                        }
                    }
                    group.addTask {
                        await #expect(throws: CancellationError.self) {
                            try await client.submit(Sample.request())
                        }
                    }
                }
                group.cancelAll()
            }
        }
    }

    @Test("whoever waits when the client ends is told so, and whoever asks later, too")
    func ended() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change { $0.answersQueries = false }
        let clinic = try Clinic(at: broker)
        let client = AgentClient(
            context: clinic.context, mail: clinic.store, keyIn: clinic.folder.path)
        let happenings = client.happenings
        async let run: Void = client.run()
        let asking = Task { try await client.ask(.breakGlasses, patience: .seconds(3_600)) }
        #expect(
            await first(happenings) { if case .connected = $0 { true } else { false } } != nil)
        client.stop()
        try await run
        let error = await #expect(throws: AgentError.self) { try await asking.value }
        #expect(error?.code == .stopped)
        let late = await #expect(throws: AgentError.self) { try await client.ask(.breakGlasses) }
        #expect(late?.code == .stopped)
        for await happening in client.happenings { Issue.record("\(happening)") }
    }

    @Test("a refused key ends the client and all who wait")
    func refused() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change { $0.takesKeys = false }
        let clinic = try Clinic(at: broker)
        let client = AgentClient(
            context: clinic.context, mail: clinic.store, keyIn: clinic.folder.path)
        let running = Task { try await client.run() }
        let error = await #expect(throws: AgentError.self) { try await client.ask(.breakGlasses) }
        #expect(error?.code == .refused)
        let ending = await #expect(throws: AgentError.self) { try await running.value }
        #expect(ending?.code == .refused)
    }

    @Test("more waiting tasks than are let in are refused at once")
    func overload() async throws {
        let clinic = try Clinic(
            at: [Clinic.deadEndpoint()], brokerKey: CurveKeyPair.generate().publicKey)
        var options = AgentClient.Options()
        options.waitersMax = 0
        try await serving(clinic, options: options) { client in
            let error = await #expect(throws: AgentError.self) {
                try await client.ask(.breakGlasses)
            }
            #expect(error?.code == .overloaded)
        }
    }
}

@Suite("The buffer of a listener")
struct HappeningFeedTests {
    private func told(_ number: Int) -> Happening { .disconnected(reason: String(number)) }

    @Test("a slow listener misses the oldest and is told how many")
    func overflow() async {
        let feed = HappeningFeed(lengthMax: 3)
        for number in 1...5 { feed.put(told(number)) }
        feed.end()
        var heard: [Happening] = []
        for await happening in Happenings(feed: feed) { heard.append(happening) }
        #expect(heard == [.missed(2), told(3), told(4), told(5)])
    }

    @Test("what was put before the end is heard, what comes later is not")
    func end() async {
        let feed = HappeningFeed(lengthMax: 3)
        feed.put(told(1))
        feed.end()
        feed.put(told(2))
        #expect(await feed.next() == told(1))
        #expect(await feed.next() == nil)
    }

    @Test("a listener that is cancelled stops waiting")
    func cancelled() async {
        let feed = HappeningFeed(lengthMax: 3)
        let heard = await withTaskGroup(of: Happening?.self) { group in
            group.addTask { await feed.next() }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(heard == nil)
    }
}
