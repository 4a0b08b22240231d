internal import CareCore
internal import CareModel
internal import CareVault
internal import CareWire
internal import Foundation
internal import SwiftProtobuf
internal import ZeroMQ

/// Is what came from the broker: a decoded header and the document behind it.
struct BrokerFrame {
    let header: WireBrokerFrame
    let payload: Payload?

    /// Decodes a message; nil if it is none of this protocol.
    init?(_ parts: [ZeroMQ.Message]) {
        guard let first = parts.first, (1...2).contains(parts.count),
            let header = try? WireBrokerFrame(serializedBytes: first.bytes),
            header.version == WireLimits.version
        else { return nil }
        self.header = header
        payload = parts.count > 1 ? Payload(storage: FramePayload(parts[1])) : nil
    }

    /// What the core must know of it; nil for what it has no use for.
    ///
    /// - Parameter cursor: how far the mail says a stream was read.
    func heard(
        cursor: (StreamName) throws(AgentError) -> StreamCursor?
    ) throws(AgentError) -> AgentCore.Heard? {
        switch header.body {
        case .welcome(let welcome): .welcome(SessionWelcome(welcome))
        case .receipt(let receipt): .receipt(receipt.items.compactMap { Receipt($0) })
        case .deliver(let deliver): heard(deliver)
        case .settled(let settled): .settled(settled.deliveryID.delivery)
        case .staleLease(let stale):
            .staleLease(stale.deliveryID.delivery, newest: Fence(Int64(clamping: stale.fence)))
        case .recall(let recall):
            .recall(
                DeliveryRight(recall.deliveryID.delivery, Fence(Int64(clamping: recall.fence))))
        case .drained(let drained): .drained(waiting: Int(drained.waiting))
        case .result(let result):
            .answer(
                AnswerPage(result, payload: payload, isWhole: Self.isWhole))
        case .topic(let topic):
            if let stream = CareModel.Stream(topic) {
                .topic(stream, cursor: try cursor(stream.name))
            } else {
                nil
            }
        case .events(let events):
            StreamName(events.stream).map { stream in
                .events(
                    stream, epoch: events.epoch, head: events.head,
                    events.events.map {
                        StreamEvent($0.event, stream: stream, sequence: $0.sequence)
                    })
            }
        case .error(let report): heard(report)
        case .ping: .ping
        case .pong: .pong
        case .resync: .resync
        case .bye(let bye): heard(bye)
        case .snapshot, .administered, nil: nil
        }
    }

    /// A delivery that lacks its id or its document, or whose document changed on its way, is not
    /// taken: unacknowledged, it fails where its sender can see it.
    private func heard(_ deliver: WireDeliver) -> AgentCore.Heard? {
        guard let arrival = Arrival(deliver, payload: payload),
            arrival.envelope.fits(payload, Self.isWhole)
        else { return nil }
        return .deliver(arrival)
    }

    private static func isWhole(_ document: Payload, _ hash: [UInt8]) -> Bool {
        ContentHash.of(document) == hash
    }

    /// A broker of before does not say which delivery an error is about.
    private func heard(_ report: WireErrorReport) -> AgentCore.Heard {
        let refusal = BrokerRefusal(report.refusal)
        guard report.deliveryID != 0 else { return .error(refusal) }
        return .errorAbout(report.deliveryID.delivery, refusal)
    }

    private func heard(_ bye: WireBye) -> AgentCore.Heard {
        guard bye.hasRefusal else { return .bye(nil, words: bye.reason) }
        return .bye(BrokerRefusal(bye.refusal), words: bye.refusal.message)
    }
}

/// Lends the bytes of a received frame.
final class FramePayload: PayloadStorage, @unchecked Sendable {
    // Safety: a received message never changes.
    private let message: ZeroMQ.Message
    init(_ message: ZeroMQ.Message) { self.message = message }
    override var byteCount: Int { message.byteCount }
    override func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        message.withUnsafeBytes(body)
    }
}

extension UInt64 {
    fileprivate var delivery: DeliveryID { DeliveryID(Int64(clamping: self)) }
}
