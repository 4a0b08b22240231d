import CareModel
import CareVault
import CareWire
import Foundation
import Synchronization
import SwiftProtobuf
import ZeroMQ

/// Plays a broker on real sockets: CURVE, a ZAP handler, `ctl` and `evt`, on a thread of its own.
///
/// It has the manners of the real one (sessions, credit, fences, drain) and none of its rules.
final class FakeBroker: Sendable {
    /// Is all a test may look at or change, at any time.
    struct State {
        var takesKeys = true
        /// Says what becomes of a message; nil leaves it unanswered.
        var answer: @Sendable (WireSubmit) -> WireReceiptItem? = { submit in
            .with {
                $0.messageID = submit.messageID
                $0.outcome = "accepted"
                $0.referralID = submit.referralID
                $0.state = "requested"
                $0.referralVersion = 1
            }
        }
        /// Refuses every hello with these words.
        var refusesHello: String?
        var answersQueries = true
        /// Answers a question; nil leaves it to the usual answer.
        var result: @Sendable (WireQuery) -> (WireResult, [UInt8]?)? = { _ in nil }
        /// What waits to be delivered.
        var mail: [(WireDeliver, [UInt8])] = []
        /// Deliveries that are recalled as soon as they are sent.
        var recallsAfter: Set<UInt64> = []
        /// The committed events of the only stream.
        var events: [WireEvent] = []
        var epoch: UInt32 = 1

        // What was seen.
        var hellos: [WireHello] = []
        var submits: [WireSubmit] = []
        var payloads: [[UInt8]] = []
        var acks: [WireAck] = []
        var fetches: [WireFetch] = []
        /// On whose behalf something was said, in order.
        var people: [WirePerson] = []
        var byes = 0

        var sessions: Set<[UInt8]> = []
        var credit: [[UInt8]: Int] = [:]
        var leases: [UInt64: WireDeliver] = [:]
        var recalled: Set<UInt64> = []
        var drains: [[UInt8]: UInt64] = [:]
        var outbound: [([UInt8], WireBrokerFrame, [UInt8]?)] = []
        var published: [(UInt64, WireEvent)] = []
        var isStopped = false
    }

    static let stream = "organisation:north"
    static let token = [UInt8](1...16)
    static let topicKey = [UInt8](1...32)

    let keys: CurveKeyPair
    let control: String
    let events: String
    private let shared = Shared()
    private let changed = NSCondition()
    private let wakeUp: WakeUp
    private let ended = DispatchSemaphore(value: 0)

    /// Starts at free ports, or at the ports of an earlier one with its keys.
    init(after earlier: FakeBroker? = nil) throws {
        keys = try earlier?.keys ?? CurveKeyPair.generate()
        wakeUp = try WakeUp()
        let places = Mutex<Result<(String, String), any Error>?>(nil)
        let started = DispatchSemaphore(value: 0)
        let secret = keys.secretKey
        let (shared, changed, wakeUp, ended) = (shared, changed, wakeUp, ended)
        let wanted = earlier.map { ($0.control, $0.events) }
        Thread.detachNewThread {
            defer { ended.signal() }
            do {
                let stage = try Stage(secret: secret, at: wanted, shared, changed, wakeUp)
                places.withLock { $0 = .success((stage.control, stage.events)) }
                started.signal()
                try stage.play()
            } catch {
                places.withLock { if $0 == nil { $0 = .failure(error) } }
                started.signal()
            }
        }
        started.wait()
        guard let place = places.withLock({ $0 }) else { throw CancellationError() }
        (control, events) = try place.get()
    }

    /// Holds the state for both threads.
    final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// Changes the state and lets the broker act on it.
    func change<Value>(_ body: (inout sending State) -> sending Value) -> Value {
        let value = shared.state.withLock(body)
        wakeUp.signal()
        return value
    }

    func stop() {
        shared.state.withLock { $0.isStopped = true }
        wakeUp.signal()
        ended.wait()
    }

    /// Commits events and publishes them.
    func publish(_ count: Int) {
        change { state in
            for _ in 0..<count {
                let event = WireEvent.with {
                    $0.kind = "referral"
                    $0.atMs = Int64(state.events.count + 1)
                }
                state.events.append(event)
                state.published.append((UInt64(state.events.count), event))
            }
        }
    }

    /// Forgets every session, as a restart would.
    func forgetSessions() {
        change { state in
            state.sessions = []
            state.credit = [:]
            state.takeBack()
        }
    }

    /// Waits, without polling, until the state is as a test needs it; false if it never is.
    func eventually(_ condition: @escaping @Sendable (borrowing State) -> Bool) async -> Bool {
        let (shared, changed) = (self.shared, self.changed)
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let end = Date(timeIntervalSinceNow: 20)
                changed.lock()
                defer { changed.unlock() }
                while !shared.state.withLock({ condition($0) }) {
                    guard changed.wait(until: end) else {
                        return continuation.resume(returning: false)
                    }
                }
                continuation.resume(returning: true)
            }
        }
    }
}
