internal import CareModel
internal import CareWire
internal import SwiftProtobuf
internal import ZeroMQ

/// Collects and acknowledges a pass's messages with one agent or several.
///
/// Belongs to the thread that made it.
struct Receiver: ~Copyable {
    private var agents: [CollectingAgent]
    private var poller: Poller
    private let workload: Workload
    private let clock: BenchClock
    private let progress: Progress
    private var unsettled: Set<UInt64> = []

    /// What a receiver found out.
    struct Findings: Sendable {
        /// When each message was delivered, by index; 0 if it was not.
        var deliveredAt: [UInt64]
        /// When the last acknowledgement was settled.
        var endedAt: UInt64 = 0
        /// Messages whose acknowledgement was settled.
        var settledCount = 0
        /// Deliveries of a message that had been delivered before.
        var repeatedCount = 0
    }
    private var findings: Findings

    init(
        _ connections: [Connection], _ workload: Workload, _ clock: BenchClock, _ progress: Progress
    ) throws {
        agents = connections.map(CollectingAgent.init)
        poller = Poller()
        for connection in connections { _ = poller.add(connection.socket) }
        self.workload = workload
        self.clock = clock
        self.progress = progress
        findings = Findings(deliveredAt: Array(repeating: 0, count: workload.count))
        for index in agents.indices { try agents[index].grantAll() }
    }

    /// Works until every message is settled.
    mutating func collectAll() throws -> Findings {
        var deadline = ContinuousClock.now + progress.patience
        while findings.settledCount < workload.count {
            try progress.check()
            var hasCome = false
            if try poller.wait(timeout: .milliseconds(200)) > 0 {
                for index in agents.indices { hasCome = try drain(index) || hasCome }
            }
            // Before the sender has begun there is nothing to come. That the broker asks whether
            // somebody is here is nothing of the pass.
            if hasCome || !progress.isSending { deadline = .now + progress.patience }
            guard ContinuousClock.now < deadline else {
                throw BenchFailure(
                    "\(workload.count - findings.settledCount) messages were not settled.")
            }
        }
        findings.endedAt = clock.nanoseconds
        return findings
    }

    /// Takes what has come for one agent; false if nothing of the pass has.
    private mutating func drain(_ index: Int) throws -> Bool {
        var hasCome = false
        while let (body, payloadByteCount) = try agents[index].connection.receive() {
            switch body {
            case .deliver(let delivery):
                try take(delivery, payloadByteCount, for: index)
            case .settled(let settled):
                if unsettled.remove(settled.deliveryID) != nil { findings.settledCount += 1 }
            case .staleLease:
                throw BenchFailure("A lease ran out: the receiver is too slow for the broker.")
            default:
                continue
            }
            hasCome = true
        }
        return hasCome
    }

    private mutating func take(
        _ delivery: WireDeliver, _ payloadByteCount: Int, for index: Int
    ) throws {
        let now = clock.nanoseconds
        guard let place = MessageNames.index(in: delivery.envelope.messageID),
            findings.deliveredAt.indices.contains(place),
            workload.isDelivered(byteCount: payloadByteCount)
        else { throw BenchFailure("The broker delivered what nobody sent.") }
        if findings.deliveredAt[place] == 0 {
            findings.deliveredAt[place] = now
            unsettled.insert(delivery.deliveryID)
        } else {
            findings.repeatedCount += 1
        }
        try agents[index].acknowledge(delivery, payloadByteCount: payloadByteCount)
    }
}

/// Is one agent of the receiving service and its credit.
struct CollectingAgent {
    let connection: Connection
    private var usedCount: UInt32 = 0
    private var usedByteCount: UInt64 = 0

    /// The broker caps what an agent may have at once; asking for more is harmless.
    private static let byteCountMax: UInt64 = 64 << 20

    init(_ connection: Connection) { self.connection = connection }

    /// Asks for as much as the broker gives.
    func grantAll() throws {
        try grant(connection.welcome.creditMax, Self.byteCountMax)
    }

    /// Acknowledges, and renews the credit long before it is used up.
    mutating func acknowledge(_ delivery: WireDeliver, payloadByteCount: Int) throws {
        try connection.send(
            .ack(
                .with {
                    $0.deliveryID = delivery.deliveryID
                    $0.fence = delivery.fence
                }))
        usedCount += 1
        usedByteCount += UInt64(payloadByteCount)
        let isLow =
            usedCount >= connection.welcome.creditMax / 4
            || usedByteCount >= Self.byteCountMax / 4
        guard isLow else { return }
        try grant(usedCount, usedByteCount)
        usedCount = 0
        usedByteCount = 0
    }

    private func grant(_ count: UInt32, _ byteCount: UInt64) throws {
        try connection.send(
            .credit(
                .with {
                    $0.messages = count
                    $0.bytes = byteCount
                }))
    }
}
