internal import CareModel
internal import Foundation
internal import SwiftProtobuf

extension WireEnvelope {
    init(_ message: CareModel.Message, _ referral: Referral?, _ redaction: Redaction?) {
        self.init()
        messageID = message.id.data
        kind = message.kind.name
        acceptedAtMs = message.acceptedAt.milliseconds
        fromAgent = message.sender?.name ?? ""
        fromOrganisation = message.organisation?.name ?? ""
        let thread = message.thread
        referralID = (thread?.referral).data
        referralNumber = (thread?.referral).map { ReferralNumber($0).description } ?? ""
        state = message.state?.rawValue ?? ""
        referralVersion = message.version
        reason = message.reason?.code ?? ""
        expiresAtMs = message.expiresAt.milliseconds
        appointmentStartMs = (message.details.appointment?.start).wire
        appointmentEndMs = (message.details.appointment?.end).wire
        dueAtMs = message.details.dueAt.wire
        blocking = message.details.isBlocking
        actingAs = message.details.actingAs?.rawValue ?? ""
        onBehalfOf = message.details.onBehalfOf?.rawValue ?? ""
        payloadType = message.payloadType ?? ""
        payloadSha256 = Data(message.payloadHash ?? [])
        if let report = message.details.report { self.report = report.wire }
        if let patient = message.details.patient { self.patient = patient.wire }
        redacted = redaction?.isAdmitted ?? false
        breakGlassID = (thread?.override).data
        guard let referral else { return }
        priority = referral.priority.rawValue
        previousReferralID = referral.previous.data
        initiator = referral.initiator.name
        recipient = referral.recipient.name
        to = referral.to.description
        replyTo = referral.replyTo.description
    }
}

extension DeliveryReport {
    var wire: WireDeliveryReport {
        .with {
            $0.messageID = message.data
            $0.mailbox = mailbox.description
            $0.state = state.rawValue
            $0.code = code
        }
    }
}

extension CareModel.Message {
    /// The message as a list shows it to `asker`.
    ///
    /// How long another organisation's document is would tell that a copy lacks something.
    func wire(for asker: Asker) -> WireMessageEntry {
        .with {
            $0.messageID = id.data
            $0.kind = kind.name
            $0.acceptedAtMs = acceptedAt.milliseconds
            $0.fromAgent = sender?.name ?? ""
            $0.fromOrganisation = organisation?.name ?? ""
            $0.state = state?.rawValue ?? ""
            $0.referralVersion = version
            $0.reason = reason?.code ?? ""
            $0.payloadBytes =
                organisation == asker.organisation
                ? UInt64(payloadByteCount) : payloadType == nil ? 0 : 1
        }
    }
}

extension TrailEntry {
    var wire: WireTrailEntry {
        .with {
            $0.messageID = message.id.data
            $0.kind = message.kind.name
            $0.deliveryID = UInt64(delivery.id.number)
            $0.mailbox = delivery.mailbox.description
            $0.state = delivery.state.rawValue
            $0.code = delivery.code ?? ""
            $0.attempts = delivery.attempts
            $0.failures = delivery.failures
            $0.queuedAtMs = delivery.queuedAt.milliseconds
            $0.sentAtMs = delivery.sentAt.wire
            $0.settledAtMs = delivery.settledAt.wire
            $0.displayedAtMs = delivery.displayedAt.wire
            $0.nextAttemptAtMs = delivery.state == .queued ? delivery.notBefore.milliseconds : 0
            $0.agent = delivery.agent?.name ?? ""
            $0.replayOf = delivery.replayOf.map { UInt64($0.number) } ?? 0
            let referral = delivery.thread?.referral
            $0.referralID = referral.data
            $0.referralNumber = referral.map { ReferralNumber($0).description } ?? ""
        }
    }
}

extension ReceiptItem {
    /// The item as CLP/1 carries it; `sign` makes a note of what the broker attests.
    func wire(sign: (String) -> String) -> WireReceiptItem {
        .with {
            $0.messageID = message.data
            $0.outcome = outcome.rawValue
            $0.duplicate = isDuplicate
            $0.referralID = referral.data
            $0.referralNumber = referral.map { ReferralNumber($0).description } ?? ""
            $0.state = state?.rawValue ?? ""
            $0.referralVersion = version
            if let refusal { $0.refusal = refusal.wire }
            $0.consentID = consent.data
            $0.deliveryID = delivery.map { UInt64($0.number) } ?? 0
            $0.breakGlassID = breakGlass.data
            $0.consentReceipt = statement.map(sign) ?? ""
        }
    }
}

extension Refusal {
    /// The refusal as CLP/1 carries it.
    var wire: WireRefusal {
        .with {
            $0.code = code.rawValue
            $0.category = code.category.rawValue
            $0.message = message
            $0.retriable = code.isRetriable
            $0.retryAfterMs = UInt32(clamping: retryAfter?.wholeMilliseconds ?? 0)
            $0.state = state?.rawValue ?? ""
            $0.referralVersion = version ?? 0
            $0.allowedMoves = allowedMoves.map(\.rawValue)
            $0.rule = rule ?? ""
        }
    }
}
