public import CareModel
internal import Foundation
internal import SwiftProtobuf

extension CareModel.Stream {
    var topic: WireTopic {
        .with {
            $0.stream = name.description
            $0.token = Data(token)
            $0.key = Data(key)
            $0.epoch = epoch
            $0.head = head
        }
    }
}

extension Event {
    /// The event as CLP/1 carries it, sealed on `evt` and plain in Events.
    public var wire: WireEvent {
        .with {
            $0.kind = kind.rawValue
            $0.atMs = at.milliseconds
            $0.move = move?.rawValue ?? ""
            $0.deliveryState = deliveryState?.rawValue ?? ""
            guard let referral = subject?.referral else { return }
            $0.referralID = referral.id.data
            $0.referralNumber = ReferralNumber(referral.id).description
            $0.state = referral.state.rawValue
            $0.referralVersion = referral.version
            $0.priority = referral.priority.rawValue
            $0.initiator = referral.initiator.name
            $0.recipient = referral.recipient.name
            $0.to = referral.to.description
            $0.dueAtMs = referral.dueAt.wire
            $0.waitsFor = referral.waitsFor.rawValue
        }
    }
}

/// Is the second frame on `evt`, behind the stream's token.
public enum EventFrame {
    /// The frame of a sealed event, or of a head if `sealed` is empty.
    public static func bytes(epoch: UInt32, sequence: UInt64, sealed: [UInt8]) -> [UInt8] {
        let frame = WireEventFrame.with {
            $0.version = WireLimits.version
            $0.epoch = epoch
            $0.sequence = sequence
            $0.sealed = Data(sealed)
        }
        return (try? frame.serializedBytes()) ?? []
    }
}
