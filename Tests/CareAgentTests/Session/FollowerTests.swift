import CareCore
import CareModel
import CareWire
import Foundation
import Synchronization
import Testing
import ZeroMQ

@testable import CareAgent

@Suite("Following a broker over real sockets", .timeLimit(.minutes(1)))
struct FollowerTests {
    /// Runs a follower and keeps what it reports.
    private final class Diary: Sendable {
        let happenings = Mutex<[Happening]>([])
        private let changed = NSCondition()

        func note(_ happening: Happening) {
            happenings.withLock { $0.append(happening) }
            changed.lock()
            changed.broadcast()
            changed.unlock()
        }

        func eventually(
            _ condition: @escaping @Sendable ([Happening]) -> Bool
        ) async -> Bool {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    let end = Date(timeIntervalSinceNow: 20)
                    self.changed.lock()
                    defer { self.changed.unlock() }
                    while !self.happenings.withLock({ condition($0) }) {
                        guard self.changed.wait(until: end) else {
                            return continuation.resume(returning: false)
                        }
                    }
                    continuation.resume(returning: true)
                }
            }
        }

        var sequences: [UInt64] { happenings.withLock { $0.sequences } }
    }

    private func following(
        _ clinic: Clinic, options: Follower.Options = Follower.Options(),
        dropsEvent: (@Sendable (UInt64) -> Bool)? = nil,
        _ body: (Follower, Diary) async throws -> Void
    ) async throws {
        let follower = Follower(
            context: clinic.context, mail: clinic.store, keyIn: clinic.folder.path,
            options: options, dropsEvent: dropsEvent)
        let diary = Diary()
        async let run: Void = follower.run { diary.note($0) }
        do {
            try await body(follower, diary)
        } catch {
            follower.stop()
            throw error
        }
        follower.stop()
        try await run
    }

    @Test("a follower sends what is queued while it runs, also by another process")
    func sends() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        try await following(clinic) { follower, diary in
            #expect(await diary.eventually { $0.isConnected })
            try clinic.enqueue()
            follower.wake()
            #expect(await diary.eventually { $0.answers.count == 1 })
            let other = try AgentStore(directory: clinic.folder.path)
            try other.enqueue(Sample.request(), at: Sample.time)
            #expect(await diary.eventually { $0.answers.count == 2 })
        }
        #expect(try clinic.store.waiting().isEmpty)
        #expect(await broker.eventually { $0.byes == 1 })
    }

    @Test("a follower collects what arrives and acknowledges it")
    func collects() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        try await following(clinic) { _, diary in
            #expect(await diary.eventually { $0.isConnected })
            for number in 1...3 as ClosedRange<Int64> {
                broker.change { $0.mail.append((Sample.delivery(number).wire, [1])) }
            }
            #expect(await diary.eventually { $0.collected == [1, 2, 3] })
            #expect(await broker.eventually { $0.acks.count == 3 })
        }
        #expect(try clinic.store.inbox().count == 3)
    }

    @Test("a follower that does not collect leaves the mail to others")
    func leavesMail() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change { $0.mail = [(Sample.delivery(1).wire, [1])] }
        var options = Follower.Options()
        options.collects = false
        let clinic = try Clinic(at: broker)
        try await following(clinic, options: options) { _, diary in
            #expect(await diary.eventually { $0.isCaughtUp })
        }
        #expect(broker.change { $0.mail.count } == 1)
    }

    @Test("with every second event lost the follower still has all of them, in order, once")
    func repairsGaps() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.publish(5)
        let clinic = try Clinic(at: broker)
        try await following(clinic, dropsEvent: { $0 % 2 == 0 }) { _, diary in
            #expect(await diary.eventually { $0.isCaughtUp })
            for _ in 0..<15 { broker.publish(1) }
            #expect(await diary.eventually { $0.sequences.count >= 20 })
            #expect(diary.sequences == Array(1...20))
        }
        #expect(broker.change { $0.fetches.count } > 1)
        #expect(try clinic.store.cursor(#require(StreamName(FakeBroker.stream)))?.sequence == 20)
    }

    @Test("without evt a stream is still followed, over ctl")
    func withoutEvents() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        var clinic = try Clinic(at: broker)
        clinic.context.endpoints = [.init(control: broker.control)]
        try await following(clinic) { _, diary in
            #expect(await diary.eventually { $0.isCaughtUp })
            broker.publish(2)
            #expect(await diary.eventually { $0.sequences == [1, 2] })
        }
    }

    @Test("a stream goes on at its cursor in the next run")
    func cursor() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.publish(3)
        let clinic = try Clinic(at: broker)
        try await following(clinic) { _, diary in
            #expect(await diary.eventually { $0.sequences.count == 3 })
        }
        broker.publish(1)
        try await following(clinic) { _, diary in
            #expect(await diary.eventually { $0.isCaughtUp })
            #expect(diary.sequences == [4])
        }
    }

    @Test("a restored broker's stream is read from its beginning")
    func newEpoch() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.publish(2)
        let clinic = try Clinic(at: broker)
        try await following(clinic) { _, diary in
            #expect(await diary.eventually { $0.sequences == [1, 2] })
            broker.change { $0.epoch = 2 }
            #expect(await diary.eventually { $0.sequences == [1, 2, 1, 2] })
        }
    }

    @Test("an unacknowledged delivery comes again after a resync and is acknowledged anew")
    func resync() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        let clinic = try Clinic(at: broker)
        try await following(clinic) { follower, diary in
            #expect(await diary.eventually { $0.isConnected })
            broker.forgetSessions()
            // Whatever it says next meets a broker that knows of no session.
            try clinic.enqueue()
            follower.wake()
            #expect(await diary.eventually { $0.answers.count == 1 })
            broker.change { $0.mail = [(Sample.delivery(1).wire, [1])] }
            #expect(await diary.eventually { $0.collected == [1] })
        }
        #expect(broker.change { $0.hellos.count } == 2)
    }

    @Test("a broker that goes away and comes back finds the follower again")
    func reconnects() async throws {
        let broker = try FakeBroker()
        let clinic = try Clinic(at: broker)
        try await following(clinic) { _, diary in
            #expect(await diary.eventually { $0.isConnected })
            broker.stop()
            #expect(await diary.eventually { $0.isDisconnected })
            let submits = try clinic.enqueue(2)
            let next = try FakeBroker(after: broker)
            defer { next.stop() }
            #expect(await diary.eventually { $0.answers.count == 2 })
            #expect(next.change { $0.submits } == submits.map(\.submit))
        }
    }

    @Test("a refused key ends the run with an error")
    func refused() async throws {
        let broker = try FakeBroker()
        defer { broker.stop() }
        broker.change { $0.takesKeys = false }
        let clinic = try Clinic(at: broker)
        let follower = Follower(
            context: clinic.context, mail: clinic.store, keyIn: clinic.folder.path)
        let error = await #expect(throws: AgentError.self) { try await follower.run { _ in } }
        #expect(error?.code == .refused)
    }

    @Test("a follower that was stopped before it ran does nothing")
    func stopped() async throws {
        let clinic = try Clinic(
            at: [Clinic.deadEndpoint()], brokerKey: CurveKeyPair.generate().publicKey)
        let follower = Follower(
            context: clinic.context, mail: clinic.store, keyIn: clinic.folder.path)
        follower.stop()
        try await follower.run { _ in Issue.record("it reported something") }
    }
}

extension [Happening] {
    fileprivate var isConnected: Bool {
        contains { if case .connected = $0 { true } else { false } }
    }
    fileprivate var isDisconnected: Bool {
        contains { if case .disconnected = $0 { true } else { false } }
    }
    fileprivate var isCaughtUp: Bool {
        contains { if case .caughtUp = $0 { true } else { false } }
    }
    fileprivate var answers: [Receipt] {
        compactMap { if case .answered(let receipt) = $0 { receipt } else { nil } }
    }
    fileprivate var collected: [Int64] {
        compactMap { if case .collected(let arrival) = $0 { arrival.delivery.number } else { nil } }
    }
    fileprivate var sequences: [UInt64] {
        flatMap { happening -> [UInt64] in
            guard case .events(_, let events) = happening else { return [] }
            return events.map(\.sequence)
        }
    }
}
