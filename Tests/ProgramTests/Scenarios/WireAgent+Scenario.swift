import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

/// Is everything an agent heard while it emptied its mailboxes.
struct Collected {
    var deliveries: [(deliver: WireDeliver, payload: [UInt8]?)] = []
    var recalls: [WireRecall] = []
    /// The bytes of payload frames, whatever they came with.
    var payloadByteCount = 0
    /// All bytes: headers and payloads.
    var bytes: [UInt8] = []

    /// What is about a delivery's end.
    var reports: [WireDeliveryReport] {
        deliveries.filter { $0.deliver.envelope.kind == "report" }.map(\.deliver.envelope.report)
    }

    /// What came with a document.
    var documents: [[UInt8]] { deliveries.compactMap(\.payload) }

    mutating func note(_ frame: WireBrokerFrame, _ payload: [UInt8]?) throws {
        bytes += try frame.serializedBytes() as [UInt8]
        bytes += payload ?? []
        payloadByteCount += payload?.count ?? 0
        switch frame.body {
        case .deliver(let deliver): deliveries.append((deliver, payload))
        case .recall(let recall): recalls.append(recall)
        default: break
        }
    }
}

/// Is the answer to a question.
struct Answer {
    let result: WireResult
    let payload: [UInt8]?
    /// The code of a refusal; empty if it was answered.
    let refusal: String
}

/// What people do in the scenarios.
extension WireAgent {
    /// Takes all that waits, acknowledges it, and stops when the broker says that nothing is left.
    borrowing func collect() throws -> Collected {
        var collected = Collected()
        let drain: UInt64 = 77
        try say(
            .credit(
                .with {
                    $0.messages = 64
                    $0.bytes = 64 << 20
                    $0.drain = true
                }), request: drain)
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            guard let (frame, payload) = try hear(timeout: .milliseconds(500)) else { continue }
            try collected.note(frame, payload)
            switch frame.body {
            case .ping: try say(.pong(WirePong()))
            case .deliver(let deliver): try acknowledgeAtOnce(deliver)
            case .drained where frame.request == drain: return collected
            default: break
            }
        }
        throw NoAnswer(wanted: "Drained", got: "nothing")
    }

    private borrowing func acknowledgeAtOnce(_ deliver: WireDeliver) throws {
        try say(
            .ack(
                .with {
                    $0.deliveryID = deliver.deliveryID
                    $0.fence = deliver.fence
                }))
    }

    /// Asks the broker.
    borrowing func ask(_ question: WireQuery.OneOf_Question) throws -> Answer {
        let number = UInt64.random(in: 100 ... .max)
        try say(.query(.with { $0.question = question }), request: number)
        return try next("Result") { frame, payload in
            guard frame.request == number else { return nil }
            switch frame.body {
            case .result(let result): return Answer(result: result, payload: payload, refusal: "")
            case .error(let report):
                return Answer(
                    result: WireResult(), payload: nil, refusal: report.refusal.code)
            default: return nil
            }
        }
    }

    /// Records what the patient says; gives the receipt.
    @discardableResult
    borrowing func record(_ directive: [UInt8], as id: Data) throws -> WireReceiptItem {
        let item = try submit(
            .with {
                $0.messageID = Sample.uuid()
                $0.kind = "consent-put"
                $0.consentID = id
                $0.patient = Chart.wirePatient
            }, payload: directive)
        #expect(item.outcome == "accepted", "\(item.refusal.code)")
        return item
    }

    /// Withdraws it.
    @discardableResult
    borrowing func withdraw(_ id: Data) throws -> WireReceiptItem {
        let item = try submit(
            .with {
                $0.messageID = Sample.uuid()
                $0.kind = "consent-revoke"
                $0.consentID = id
            })
        #expect(item.outcome == "accepted", "\(item.refusal.code)")
        return item
    }

    /// Refers the patient of the chart.
    @discardableResult
    borrowing func refer(
        to service: String, _ document: [UInt8], expecting outcome: String = "accepted"
    ) throws -> WireSubmit {
        var request = Sample.request(of: Chart.wirePatient.value, to: service)
        request.patient = Chart.wirePatient
        request.allowDuplicate = true
        let item = try submit(request, payload: document)
        #expect(item.outcome == outcome, "\(item.refusal.code): \(item.refusal.rule)")
        return request
    }

    /// Makes a move in a referral, whatever its version is now.
    @discardableResult
    borrowing func move(
        _ kind: String, _ referral: Data, _ document: [UInt8]? = nil
    ) throws -> WireReceiptItem {
        let found = try ask(.referral(.with { $0.referralID = referral })).result.referrals
        let item = try submit(
            .with {
                $0.messageID = Sample.uuid()
                $0.kind = kind
                $0.referralID = referral
                $0.expectedVersion = found.first?.version ?? 0
                if document != nil { $0.patient = Chart.wirePatient }
            }, payload: document)
        #expect(item.outcome == "accepted", "\(kind): \(item.refusal.code) \(item.refusal.message)")
        return item
    }

    /// How far a referral's messages have come, without the reports about them.
    borrowing func trail(of referral: Data) throws -> [WireTrailEntry] {
        try ask(.trail(.with { $0.referralID = referral })).result.trail.filter {
            $0.kind != "report"
        }
    }

    /// What this agent may see of the patient.
    borrowing func timeline() throws -> Answer {
        try ask(.timeline(.with { $0.patient = Chart.wirePatient }))
    }
}
