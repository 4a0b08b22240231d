import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import ZeroMQ

/// Keeps agents busy on threads of their own, through whatever happens to the broker.
enum Load {
    private static let window = 16

    /// Submits until told to stop, then until everything is receipted.
    static func send(
        _ id: String, _ keys: CurveKeyPair, _ broker: BrokerProcess, _ log: LoadLog
    ) -> Thread {
        let (control, brokerKey) = (broker.control, broker.brokerKey)
        return Thread {
            do {
                let agent = try WireAgent(id, keys: keys, control: control, brokerKey: brokerKey)
                try submit(agent, log)
            } catch {
                print("\(id): \(error)")
            }
            log.record {
                $0.sendersDone += 1
                $0.threadsDone += 1
            }
        }
    }

    private static func submit(_ agent: borrowing WireAgent, _ log: LoadLog) throws {
        var waiting: [Data: (submit: WireSubmit, payload: [UInt8])] = [:]
        var isOpen = false
        while log.state.mayStillSend || !waiting.isEmpty {
            if !isOpen {
                guard case .welcome = try agent.hello()?.body else { continue }
                isOpen = true
                for (submit, payload) in waiting.values {
                    try agent.say(.submit(submit), payload: payload)
                }
            }
            while log.state.mayStillSend, waiting.count < window {
                let patient = UUID().uuidString
                let submit = Sample.request(of: patient, to: "cardiology")
                let payload = Sample.referral(of: patient)
                waiting[submit.messageID] = (submit, payload)
                try agent.say(.submit(submit), payload: payload)
            }
            guard let heard = try agent.hear(timeout: .milliseconds(500)) else {
                isOpen = false
                continue
            }
            switch heard.frame.body {
            case .receipt(let receipt):
                for item in receipt.items {
                    guard waiting.removeValue(forKey: item.messageID) != nil else { continue }
                    guard item.outcome == "accepted" else {
                        print("refused: \(item.refusal.code) \(item.refusal.message)")
                        continue
                    }
                    log.record { $0.accepted.insert(item.messageID) }
                }
            case .resync, .bye: isOpen = false
            case .ping: try agent.say(.pong(WirePong()))
            default: break
            }
        }
    }

    /// Collects and acknowledges until told to stop.
    static func receive(
        _ id: String, _ keys: CurveKeyPair, _ broker: BrokerProcess, _ log: LoadLog
    ) -> Thread {
        let (control, brokerKey) = (broker.control, broker.brokerKey)
        return Thread {
            do {
                let agent = try WireAgent(id, keys: keys, control: control, brokerKey: brokerKey)
                try collect(agent, log)
            } catch {
                print("\(id): \(error)")
            }
            log.record { $0.threadsDone += 1 }
        }
    }

    private static func collect(_ agent: borrowing WireAgent, _ log: LoadLog) throws {
        var messages: [UInt64: Data] = [:]
        // Acknowledged, but nobody has said yet that it counts.
        var unsettled: [UInt64: UInt64] = [:]
        var isOpen = false
        while log.state.mayStillReceive {
            if !isOpen {
                guard case .welcome = try agent.hello()?.body else { continue }
                isOpen = true
                for (delivery, fence) in unsettled { try acknowledge(delivery, fence, agent) }
                try agent.say(
                    .credit(
                        .with {
                            $0.messages = 64; $0.bytes = 64 << 20
                        }))
            }
            guard let heard = try agent.hear(timeout: .milliseconds(500)) else {
                isOpen = false
                continue
            }
            switch heard.frame.body {
            case .deliver(let deliver):
                messages[deliver.deliveryID] = deliver.envelope.messageID
                let isWhole =
                    heard.payload == Sample.referral(of: deliver.envelope.patient.value)
                log.record { state in
                    if state.settled.contains(deliver.deliveryID) {
                        state.deliveredAfterSettled.append(deliver.deliveryID)
                    }
                    if !isWhole { state.corrupted += 1 }
                }
                unsettled[deliver.deliveryID] = deliver.fence
                try acknowledge(deliver.deliveryID, deliver.fence, agent)
                try agent.say(
                    .credit(
                        .with {
                            $0.messages = 1; $0.bytes = 1 << 20
                        }))
            case .staleLease(let stale): unsettled[stale.deliveryID] = nil
            case .settled(let settled):
                unsettled[settled.deliveryID] = nil
                guard settled.state == "acknowledged", let message = messages[settled.deliveryID]
                else { continue }
                log.record {
                    $0.settled.insert(settled.deliveryID)
                    $0.settledMessages.insert(message)
                }
            case .resync, .bye: isOpen = false
            case .ping: try agent.say(.pong(WirePong()))
            default: break
            }
        }
    }

    private static func acknowledge(
        _ delivery: UInt64, _ fence: UInt64, _ agent: borrowing WireAgent
    ) throws {
        try agent.say(
            .ack(
                .with {
                    $0.deliveryID = delivery
                    $0.fence = fence
                }))
    }
}
