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
    /// - Parameter cursor: how far the store says a stream was read.
    func heard(
        cursor: (String) throws(AgentError) -> AgentCore.Cursor?
    ) throws(AgentError) -> AgentCore.Heard? {
        switch header.body {
        case .welcome(let welcome):
            .welcome(
                heartbeat: .milliseconds(welcome.heartbeatMs),
                payloadByteCountMax: welcome.payloadBytesMax == 0
                    ? .max : welcome.payloadBytesMax,
                streams: welcome.heads.compactMap { StreamName($0.stream) })
        case .receipt(let receipt): .receipt(receipt.items.compactMap(\.note))
        case .deliver(let deliver): heard(deliver)
        case .settled(let settled): .settled(settled.deliveryID.delivery)
        case .staleLease(let stale):
            .staleLease(stale.deliveryID.delivery, newest: Fence(Int64(clamping: stale.fence)))
        case .recall(let recall):
            .recall(
                AgentCore.Lease(recall.deliveryID.delivery, Fence(Int64(clamping: recall.fence))))
        case .drained(let drained): .drained(waiting: Int(drained.waiting))
        case .result: .answer
        case .topic(let topic): try heard(topic, cursor: cursor)
        case .events(let events):
            StreamName(events.stream).map {
                .events(
                    $0, epoch: events.epoch, head: events.head,
                    sequences: events.events.map(\.sequence))
            }
        case .error(let report):
            .error(
                code: report.refusal.code, isRetriable: report.refusal.retriable,
                retryAfter: .milliseconds(report.refusal.retryAfterMs))
        case .ping: .ping
        case .pong: .pong
        case .resync: .resync
        case .bye: .bye
        case .snapshot, .administered, nil: nil
        }
    }

    /// A delivery that lacks its id or its document, or whose document changed on its way, is not
    /// taken: unacknowledged, it fails where its sender can see it.
    private func heard(_ deliver: WireDeliver) -> AgentCore.Heard? {
        guard MessageID(bytes: deliver.envelope.messageID) != nil,
            deliver.envelope.payloadType.isEmpty == (payload == nil),
            payload.map({ ContentHash.of($0) == Array(deliver.envelope.payloadSha256) }) != false
        else { return nil }
        return .deliver(deliver.lease, byteCount: payload?.byteCount ?? 0)
    }

    private func heard(
        _ topic: WireTopic, cursor: (String) throws(AgentError) -> AgentCore.Cursor?
    ) throws(AgentError) -> AgentCore.Heard? {
        guard let stream = StreamName(topic.stream), topic.token.count == 16,
            topic.key.count == 32
        else { return nil }
        return .topic(
            stream, token: Array(topic.token), epoch: topic.epoch, head: topic.head,
            cursor: try cursor(topic.stream))
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

extension WireReceiptItem {
    /// What the outbox must know of it.
    var note: AgentCore.ReceiptNote? {
        guard let id = MessageID(bytes: messageID) else { return nil }
        return AgentCore.ReceiptNote(
            message: id, retryAfter: isFinal ? nil : .milliseconds(refusal.retryAfterMs))
    }
}

extension UInt64 {
    fileprivate var delivery: DeliveryID { DeliveryID(Int64(clamping: self)) }
}
