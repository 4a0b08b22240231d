import CareModel
import CareWire
import Foundation
import Testing
import ZeroMQ

@Suite("Connections that are no agents", .serialized)
struct FloodTests {
    private static let descriptorLimit = 160

    @Test("connections that say nothing, half a greeting or only a greeting end after five seconds")
    func halfOpen() throws {
        let broker = try LoopbackBroker("half")
        let keys = try broker.setUp.enrol("desk", organisation: "lakeside", roles: [.referrer])
        _ = try broker.setUp.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])
        let desk = try broker.agent("desk", keys)
        try desk.open()
        let start = ContinuousClock.now
        let openings: [[UInt8]] = [
            [], Array(ZMTP.greeting("CURVE").prefix(10)), ZMTP.greeting("CURVE"),
        ]
        let strangers = try (openings + openings + openings).map { opening in
            let connection = try RawConnection(port: broker.port)
            try connection.send(opening)
            return connection
        }
        for number in 1...5 { try work(desk, number) }
        for stranger in strangers {
            #expect(stranger.isEnded(within: .seconds(9) - (.now - start)))
        }
        #expect(.now - start > .seconds(3), "an honest handshake is given its time")
        try work(desk, 6)
        #expect(broker.isRunning)
    }

    @Test("near its limit of descriptors a broker opens no new session, and who is at work goes on")
    func crowded() throws {
        let broker = try LoopbackBroker("crowd", descriptorLimit: Self.descriptorLimit)
        let keys = try broker.setUp.enrol("desk", organisation: "lakeside", roles: [.referrer])
        let late = try broker.setUp.enrol("late", organisation: "lakeside", roles: [.referrer])
        _ = try broker.setUp.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])
        let desk = try broker.agent("desk", keys)
        try desk.open()
        // Enough to be crowded and to leave room for one more connection.
        let wanted = Self.descriptorLimit * 9 / 10 - (try broker.descriptorCount())
        var strangers = try (0..<wanted).map { _ in try RawConnection(port: broker.port) }
        let stranger = try broker.agent("late", late)
        var number = 0
        var refusal = ""
        let deadline = ContinuousClock.now + .seconds(4)
        // The broker looks at its descriptors once a second; until then it may say Welcome.
        while refusal.isEmpty, ContinuousClock.now < deadline {
            number += 1
            try work(desk, number)
            let answer = try stranger.hello(as: "late")
            if case .bye(let bye) = answer?.body { refusal = bye.refusal.code }
            if case .welcome = answer?.body { try stranger.say(.bye(WireBye())) }
        }
        #expect(refusal == "busy")
        strangers.removeAll()
        try comesIn(stranger)
        try work(desk, number + 1)
    }

    @Test("with no descriptor left agents at work go on, and afterwards a new agent gets in")
    func exhausted() throws {
        // A checkpoint is due each second: its file must not be what ends the broker.
        let broker = try LoopbackBroker(
            "flood", descriptorLimit: Self.descriptorLimit,
            environment: ["CARELOOPD_AUDIT_CHECKPOINT_SECONDS": "1"])
        let keys = try broker.setUp.enrol("desk", organisation: "lakeside", roles: [.referrer])
        let late = try broker.setUp.enrol("late", organisation: "lakeside", roles: [.referrer])
        _ = try broker.setUp.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])
        let desk = try broker.agent("desk", keys)
        try desk.open()
        var strangers = try (0..<Self.descriptorLimit * 2).map { _ in
            try RawConnection(port: broker.port)
        }
        var highest = 0
        var number = 0
        let end = ContinuousClock.now + .seconds(3)
        while ContinuousClock.now < end {
            number += 1
            do {
                try work(desk, number)
            } catch {
                Issue.record("no receipt: \(broker.said)")
                throw error
            }
            highest = max(highest, try broker.descriptorCount())
        }
        #expect(highest >= Self.descriptorLimit - 2, "the flood was none: \(highest) descriptors")
        #expect(broker.isRunning)
        #expect(number > 3)
        strangers.removeAll()
        let newcomer = try broker.agent("late", late)
        try comesIn(newcomer)
        try work(desk, number + 1)
    }

    /// Submits one message and wants its receipt.
    private func work(_ desk: borrowing WireAgent, _ number: Int) throws {
        let request = Sample.request(of: "flood-\(number)", to: "cardiology")
        let item = try desk.submit(request, payload: Sample.referral(of: "flood-\(number)"))
        #expect(item.outcome == "accepted", "\(item.refusal.code)")
    }

    /// Says hello until it is welcome.
    private func comesIn(_ agent: borrowing WireAgent) throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            try agent.say(.hello(agent.greeting), timeout: .seconds(1))
            while let heard = try agent.hear(timeout: .milliseconds(300)) {
                if case .welcome = heard.frame.body { return }
            }
        }
        Issue.record("nobody new gets in after the flood")
    }
}
