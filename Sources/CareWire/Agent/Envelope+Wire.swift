public import CareModel
internal import Foundation
internal import SwiftProtobuf

extension Arrival {
    /// Reads a delivery with its document; nil without the message's id and kind.
    public init?(_ wire: WireDeliver, payload: Payload?) {
        guard let envelope = Envelope(wire.envelope) else { return nil }
        self.init(
            delivery: wire.deliveryID.delivery, fence: wire.fence.fence,
            mailbox: Mailbox(wire.mailbox), envelope: envelope, payload: payload)
        attempt = wire.attempt
        lease = .milliseconds(wire.leaseMs)
        isRedelivered = wire.redelivered
    }

    /// The delivery as CLP/1 carries it, without its document.
    public var wire: WireDeliver {
        .with {
            $0.deliveryID = UInt64(clamping: delivery.number)
            $0.fence = UInt64(clamping: fence.number)
            $0.attempt = attempt
            $0.leaseMs = UInt32(clamping: lease.wholeMilliseconds)
            $0.redelivered = isRedelivered
            $0.mailbox = mailbox.text
            $0.envelope = envelope.wire
        }
    }
}

extension Envelope {
    /// Says whether a document is the message's own: there if and only if the envelope says so, and
    /// the one whose hash it names.
    public func fits(
        _ document: Payload?, _ isWhole: (Payload, _ hash: [UInt8]) -> Bool
    ) -> Bool {
        guard let document else { return payloadType == nil }
        return payloadType != nil && isWhole(document, payloadHash ?? [])
    }

    /// Reads an envelope; nil without the message's id and kind.
    public init?(_ wire: WireEnvelope) {
        guard let message = MessageID(bytes: wire.messageID),
            let kind = Coded<MessageKind>(code: wire.kind)
        else { return nil }
        self.init(message: message, kind: kind)
        acceptedAt = FieldReader.time(wire.acceptedAtMs)
        fromAgent = AgentID(wire.fromAgent)
        fromOrganisation = OrganisationID(wire.fromOrganisation)
        referral = ReferralID(bytes: wire.referralID)
        state = Coded(code: wire.state)
        version = wire.referralVersion
        priority = Coded(code: wire.priority)
        reason = ReasonCode(wire: wire.reason)
        expiresAt = FieldReader.time(wire.expiresAtMs)
        appointment = Appointment(wire: wire.appointmentStartMs, wire.appointmentEndMs)
        dueAt = FieldReader.time(wire.dueAtMs)
        isBlocking = wire.blocking
        actingAs = Coded(code: wire.actingAs)
        onBehalfOf = Coded(code: wire.onBehalfOf)
        previous = ReferralID(bytes: wire.previousReferralID)
        payloadType = wire.payloadType.nonEmpty
        payloadHash = wire.payloadSha256.isEmpty ? nil : Array(wire.payloadSha256)
        if wire.hasReport { report = Report(wire.report) }
        initiator = OrganisationID(wire.initiator)
        recipient = OrganisationID(wire.recipient)
        to = Mailbox(wire.to)
        replyTo = Mailbox(wire.replyTo)
        patient = BusinessIdentifier(
            system: wire.patient.system, value: wire.patient.value)
        isRedacted = wire.redacted
        breakGlass = BreakGlassID(bytes: wire.breakGlassID)
    }

    /// The envelope as CLP/1 carries it.
    public var wire: WireEnvelope {
        .with {
            $0.messageID = message.data
            $0.kind = kind.code
            $0.acceptedAtMs = acceptedAt.wire
            $0.fromAgent = fromAgent?.name ?? ""
            $0.fromOrganisation = fromOrganisation?.name ?? ""
            $0.referralID = referral.data
            $0.referralNumber = referral.map { ReferralNumber($0).description } ?? ""
            $0.state = state.text
            $0.referralVersion = version
            $0.priority = priority.text
            $0.reason = reason?.code ?? ""
            $0.expiresAtMs = expiresAt.wire
            $0.appointmentStartMs = (appointment?.start).wire
            $0.appointmentEndMs = (appointment?.end).wire
            $0.dueAtMs = dueAt.wire
            $0.blocking = isBlocking
            $0.actingAs = actingAs.text
            $0.onBehalfOf = onBehalfOf.text
            $0.previousReferralID = previous.data
            $0.payloadType = payloadType ?? ""
            $0.payloadSha256 = Data(payloadHash ?? [])
            if let report { $0.report = report.wire }
            $0.initiator = initiator?.name ?? ""
            $0.recipient = recipient?.name ?? ""
            $0.to = to.text
            $0.replyTo = replyTo.text
            if let patient { $0.patient = patient.wire }
            $0.redacted = isRedacted
            $0.breakGlassID = breakGlass.data
        }
    }
}

extension Envelope.Report {
    init(_ wire: WireDeliveryReport) {
        self.init(
            message: MessageID(bytes: wire.messageID), mailbox: Mailbox(wire.mailbox),
            state: Coded(code: wire.state), code: wire.code)
    }

    var wire: WireDeliveryReport {
        .with {
            $0.messageID = message.data
            $0.mailbox = mailbox.text
            $0.state = state.text
            $0.code = code
        }
    }
}
