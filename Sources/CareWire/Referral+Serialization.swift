internal import CareModel
internal import Foundation
internal import SwiftProtobuf

extension WireReferral {
    init(_ referral: Referral, at now: Timestamp) {
        self.init()
        referralID = referral.id.data
        number = referral.number.description
        state = referral.state.rawValue
        version = referral.version
        priority = referral.priority.rawValue
        reason = referral.reason.code
        initiator = referral.initiator.name
        recipient = referral.recipient.name
        to = referral.to.description
        replyTo = referral.replyTo.description
        assignee = referral.assignee?.name ?? ""
        requestedAtMs = referral.requestedAt.milliseconds
        updatedAtMs = referral.updatedAt.milliseconds
        dueAtMs = referral.dueAt.wire
        appointmentStartMs = (referral.appointment?.start).wire
        appointmentEndMs = (referral.appointment?.end).wire
        waitsFor = referral.waitsFor.rawValue
        worklist = referral.worklist(at: now)?.rawValue ?? ""
        previousReferralID = referral.previous.data
        nextReferralID = referral.next.data
        lastReason = referral.lastReason?.code ?? ""
    }
}

extension DirectoryEntry {
    var wire: WireDirectoryEntry {
        .with {
            $0.mailbox = mailbox.description
            $0.name = name
            $0.organisation = organisation.name
            $0.organisationName = organisationName
            $0.roles = roles.sorted().map(\.rawValue)
            $0.active = isActive
        }
    }
}
