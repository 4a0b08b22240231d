import CareCore
import CareModel
import CareTestKit

/// Plays an agent that loses connections, forgets, repeats itself and changes its mind, but never
/// acknowledges what it has not stored.
struct SimulatedAgent {
    let id: AgentID
    var instance: UUIDBytes
    var peer: Peer?
    var isWelcome = false
    /// What it sent and has no answer to.
    var outbox: [Submission] = []
    /// What it has stored, by delivery.
    var inbox: [DeliveryID: MessageID] = [:]
    /// What it has stored and not acknowledged yet.
    var unacknowledged: [(DeliveryID, Fence)] = []
    /// Referrals it has heard of.
    var known: Set<ReferralID> = []
    var dead: [DeliveryID] = []

    init(_ id: AgentID, instance: UUIDBytes) {
        self.id = id
        self.instance = instance
    }

    /// Takes a frame and gives the answers.
    mutating func hear(
        _ saying: BrokerSaying, _ random: inout SplitMix64, isCalm: Bool
    ) -> [AgentSaying] {
        switch saying {
        case .welcome:
            isWelcome = true
            let credit = AgentSaying.credit(
                messages: isCalm ? 200 : UInt32.random(in: 1...8, using: &random),
                byteCount: isCalm ? 1 << 20 : UInt64.random(in: 400...4_000, using: &random),
                drain: random.once(in: 3))
            return [credit] + outbox.map(AgentSaying.submit)
        case .receipt(let items):
            for item in items where item.refusal?.code != .busy {
                outbox.removeAll { $0.id == item.message }
                item.referral.map { _ = known.insert($0) }
            }
            return []
        case .deliver(let delivery, let message, let referral, _, _):
            referral.map { _ = known.insert($0.id) }
            return answer(delivery, message, &random, isCalm: isCalm)
        case .settled(let delivery, let state):
            unacknowledged.removeAll { $0.0 == delivery }
            return state.isAcknowledged ? [.credit(messages: 1, byteCount: 300, drain: false)] : []
        case .staleLease(let delivery, let newest):
            unacknowledged.removeAll { $0.0 == delivery && $0.1 < newest }
            return []
        case .ping: return random.once(in: 20) && !isCalm ? [] : [.pong]
        case .resync, .bye:
            isWelcome = false
            return [hello]
        default: return []
        }
    }

    private mutating func answer(
        _ delivery: Delivery, _ message: Message, _ random: inout SplitMix64, isCalm: Bool
    ) -> [AgentSaying] {
        let ack = AgentSaying.ack(
            delivery.id, delivery.fence, displayed: random.once(in: 6))
        guard !isCalm else {
            inbox[delivery.id] = message.id
            return [ack]
        }
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return []
        case 1: return [.refuse(delivery.id, delivery.fence, reason: "no")]
        case 2:
            let wait = Duration.seconds(Int.random(in: 0...40, using: &random))
            return [
                .defer(
                    delivery.id, delivery.fence,
                    notBefore: (delivery.sentAt ?? delivery.queuedAt) + wait)
            ]
        case 3: return [.extend(delivery.id, delivery.fence)]
        case 4, 5, 6:
            inbox[delivery.id] = message.id
            unacknowledged.append((delivery.id, delivery.fence))
            return []
        case 7:
            inbox[delivery.id] = message.id
            return [ack, ack]
        default:
            inbox[delivery.id] = message.id
            return [ack]
        }
    }

    var hello: AgentSaying {
        .hello(Hello(agent: id, instance: instance, versions: [1], program: "simulation"))
    }
}
