import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Synchronization
import Testing
import ZeroMQ

@Suite("A broker killed under load", .serialized)
struct KillTests {
    @Test("loses nothing it receipted and delivers nothing after its acknowledgement settled")
    func killedTwentyTimes() throws {
        let broker = try BrokerProcess(
            "kill", environment: ["CARELOOPD_CONSENT_IMPLICIT": "basic-normal"])
        try broker.start()
        let senders = try (1...2).map { number in
            (
                "sender\(number)",
                try broker.enrol("sender\(number)", organisation: "lakeside", roles: [.referrer])
            )
        }
        let receivers = try (1...2).map { number in
            (
                "receiver\(number)",
                try broker.enrol(
                    "receiver\(number)", organisation: "northside", roles: [.specialist],
                    services: ["cardiology"])
            )
        }
        let log = LoadLog()
        var threads: [Thread] = []
        for (id, keys) in senders {
            threads.append(Load.send(id, keys, broker, log))
        }
        for (id, keys) in receivers {
            threads.append(Load.receive(id, keys, broker, log))
        }
        for thread in threads { thread.start() }

        for round in 1...20 {
            // Not before something was delivered since the last kill, then at a random moment.
            let before = log.settledCount
            try #require(
                log.wait { $0.settled.count > before + 5 }, "no progress in round \(round)")
            usleep(UInt32.random(in: 0...150_000))
            broker.kill()
            try broker.start()
        }
        log.stopSending()
        let isDone = log.wait { log in
            log.sendersDone == 2 && log.accepted.allSatisfy(log.settledMessages.contains)
        }
        log.stopReceiving()
        #expect(isDone, "not every receipted message was acknowledged in the end")
        log.waitForThreads(threads.count)

        let state = log.state
        #expect(state.accepted.count > 100)
        #expect(state.settledMessages == state.accepted, "delivered and receipted differ")
        #expect(
            state.deliveredAfterSettled == [], "delivered again after its acknowledgement settled")
        #expect(state.corrupted == 0, "a document changed on its way")
        try checkTrails(of: state, as: senders[0], broker)
        #expect(broker.stop() == 0)
    }

    /// The broker's own memory must agree: one delivery per message, in one final state.
    private func checkTrails(
        of state: LoadLog.State, as sender: (String, CurveKeyPair), _ broker: BrokerProcess
    ) throws {
        let agent = try WireAgent(sender.0, keys: sender.1, broker: broker)
        _ = try agent.hello()
        var wrong: [String] = []
        for message in state.accepted {
            try agent.say(.query(.with { $0.trail.messageID = message }), request: 7)
            var rows: [WireTrailEntry]?
            while rows == nil, let heard = try agent.hear() {
                if case .result(let result) = heard.frame.body { rows = result.trail }
                if case .ping = heard.frame.body { try agent.say(.pong(WirePong())) }
            }
            let states = (rows ?? []).map(\.state)
            if states != ["acknowledged"] { wrong.append("\(states)") }
        }
        #expect(wrong == [], "\(wrong.count) of \(state.accepted.count) messages")
    }
}

/// What clients saw, in the order they saw it.
final class LoadLog: Sendable {
    struct State {
        var accepted: Set<Data> = []
        var settled: Set<UInt64> = []
        var settledMessages: Set<Data> = []
        var deliveredAfterSettled: [UInt64] = []
        var corrupted = 0
        var sendersDone = 0
        var threadsDone = 0
        var mayStillSend = true
        var mayStillReceive = true
    }

    private let lock = NSConditionBox(State())

    var state: State { lock.with { $0 } }
    var settledCount: Int { lock.with { $0.settled.count } }
    func record(_ change: (inout State) -> Void) { lock.with(change) }
    func stopSending() { lock.with { $0.mayStillSend = false } }
    func stopReceiving() { lock.with { $0.mayStillReceive = false } }
    func wait(_ condition: (State) -> Bool) -> Bool { lock.wait(seconds: 60, condition) }
    func waitForThreads(_ count: Int) { _ = lock.wait(seconds: 30) { $0.threadsDone == count } }
}

/// Guards a value with a condition variable: waiting is for a state, never for a time.
final class NSConditionBox<Value>: @unchecked Sendable {
    // Safety: the value is only touched between lock and unlock of the condition.
    private let condition = NSCondition()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func with<Result>(_ body: (inout Value) -> Result) -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return body(&value)
    }

    func wait(seconds: TimeInterval, _ isMet: (Value) -> Bool) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !isMet(value) {
            guard condition.wait(until: deadline) else { return isMet(value) }
        }
        return true
    }
}
