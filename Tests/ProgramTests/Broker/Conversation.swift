import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

/// Says something and waits for what answers it; pings and events in between are answered or passed.
extension WireAgent {
    /// Opens a session and fails the test if none opens.
    borrowing func open() throws {
        let answer = try hello()
        guard case .welcome = answer?.body else {
            throw NoAnswer(wanted: "Welcome", got: "\(String(describing: answer?.body))")
        }
    }

    /// The next frame that `pick` wants.
    borrowing func next<Wanted>(
        _ wanted: String, seconds: Int = 10, _ pick: (WireBrokerFrame, [UInt8]?) -> Wanted?
    ) throws -> Wanted {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            guard let heard = try hear(timeout: .milliseconds(500)) else { continue }
            if case .ping = heard.frame.body { try say(.pong(WirePong())) }
            if let found = pick(heard.frame, heard.payload) { return found }
        }
        throw NoAnswer(wanted: wanted, got: "nothing")
    }

    /// Submits and gives the receipt's item.
    borrowing func submit(_ submit: WireSubmit, payload: [UInt8]? = nil) throws -> WireReceiptItem {
        try say(.submit(submit), payload: payload)
        return try next("Receipt") { frame, _ in
            frame.receipt.items.first { $0.messageID == submit.messageID }
        }
    }

    /// The refusal in the next ErrorReport.
    borrowing func error() throws -> WireRefusal {
        try next("ErrorReport") { frame, _ in
            if case .error(let report) = frame.body { report.refusal } else { nil }
        }
    }

    /// The next delivery.
    borrowing func delivery(seconds: Int = 10) throws -> (WireDeliver, [UInt8]?) {
        try next("Deliver", seconds: seconds) { frame, payload in
            if case .deliver(let deliver) = frame.body { (deliver, payload) } else { nil }
        }
    }

    borrowing func credit(_ messages: UInt32 = 16) throws {
        try say(
            .credit(
                .with {
                    $0.messages = messages
                    $0.bytes = 64 << 20
                }))
    }

    /// Acknowledges and waits until it counts.
    borrowing func acknowledge(_ deliver: WireDeliver) throws -> String {
        try say(
            .ack(
                .with {
                    $0.deliveryID = deliver.deliveryID
                    $0.fence = deliver.fence
                }))
        return try next("Settled") { frame, _ in
            switch frame.body {
            case .settled(let settled) where settled.deliveryID == deliver.deliveryID:
                settled.state
            case .staleLease(let stale) where stale.deliveryID == deliver.deliveryID: "stale"
            default: nil
            }
        }
    }
}

struct NoAnswer: Error {
    let wanted: String
    let got: String
}
