internal import CareModel
internal import Foundation
internal import SwiftProtobuf

extension Timeline {
    var wire: WireResult {
        .with {
            $0.cursor = cursor
            $0.timeline = entries.map(\.wire)
            $0.partial = isPartial
        }
    }
}

extension Timeline.Entry {
    var wire: WireTimelineEntry {
        .with {
            $0.envelope = WireEnvelope(message, referral, redaction)
            $0.payloadBytes = UInt64(message.payloadByteCount)
        }
    }
}

extension Disclosure {
    /// The line as `asker` may read it.
    ///
    /// Who got what from whom is told to those two. Others of the care team learn that there was a
    /// disclosure, when and why: to whom may be what the patient keeps from them.
    func wire(for asker: Asker) -> WireDisclosure {
        let isParty =
            record.event.organisation == asker.organisation
            || message?.organisation == asker.organisation
        guard !isParty, !record.event.kind.isOverride else {
            var wire = wire
            // Whom a program of another organisation serves is that organisation's.
            if record.event.organisation == asker.organisation, let person = record.event.actingFor
            {
                wire.actingFor = person.wire
            }
            return wire
        }
        return .with {
            $0.sequence = UInt64(record.sequence)
            $0.event = record.event.kind.rawValue
            $0.atMs = record.event.at.milliseconds
            $0.outcome = record.event.outcome
            $0.purpose = record.event.purpose ?? ""
        }
    }

    private var wire: WireDisclosure {
        let event = record.event
        return .with {
            $0.sequence = UInt64(record.sequence)
            $0.event = event.kind.rawValue
            $0.atMs = event.at.milliseconds
            $0.agent = event.agent?.name ?? ""
            $0.organisation = event.organisation?.name ?? ""
            $0.recipient = event.recipient?.description ?? ""
            $0.outcome = event.outcome
            $0.rule = event.rule ?? ""
            $0.purpose = event.purpose ?? ""
            $0.consentEpoch = event.epoch ?? 0
            $0.messageID = (message?.id).data
            $0.kind = message?.kind.name ?? ""
            $0.fromOrganisation = message?.organisation?.name ?? ""
            let referral = event.referral ?? message?.thread?.referral
            $0.referralNumber = referral.map { ReferralNumber($0).description } ?? ""
        }
    }
}

extension AuditEvent.Kind {
    /// Whether it is about an override of consent, which all custodians are told of.
    fileprivate var isOverride: Bool {
        switch self {
        case .breakGlassStarted, .breakGlassEnded, .breakGlassReviewed: true
        default: false
        }
    }
}
