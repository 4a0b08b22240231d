internal import CareModel
internal import CareWire
internal import Foundation
internal import SwiftProtobuf

extension Draft {
    /// The envelope as CLP/1 carries it.
    var submit: WireSubmit {
        .with {
            $0.messageID = message.data
            $0.kind = kind.name
            $0.referralID = referral?.data ?? .init()
            $0.expectedVersion = expectedVersion
            if let patient { $0.patient = patient.wire }
            $0.to = to?.description ?? ""
            $0.replyTo = replyTo?.description ?? ""
            $0.priority = priority?.rawValue ?? ""
            $0.reason = reason?.code ?? ""
            $0.expiresAtMs = expiresAt?.milliseconds ?? 0
            $0.appointmentStartMs = appointment?.start.milliseconds ?? 0
            $0.appointmentEndMs = appointment?.end.milliseconds ?? 0
            $0.dueAtMs = dueAt?.milliseconds ?? 0
            $0.blocking = isBlocking
            $0.onBehalfOf = onBehalfOf?.rawValue ?? ""
            $0.otherLegID = otherLeg?.data ?? .init()
            $0.allowDuplicate = allowsDuplicate
            $0.payloadType = payloadType ?? ""
            $0.consentID = consent?.data ?? .init()
            $0.deliveryID = delivery.map { UInt64(clamping: $0.number) } ?? 0
            $0.breakGlassID = breakGlass?.data ?? .init()
            $0.words = words ?? ""
            $0.finding = finding?.rawValue ?? ""
        }
    }

    /// Reads an envelope that was written before; nil for one that no draft writes.
    init?(_ wire: WireSubmit, payload: Payload?, actingFor: Person?) {
        guard let message = MessageID(bytes: wire.messageID), let kind = MessageKind(wire.kind)
        else { return nil }
        self.init(message: message, kind: kind)
        self.payload = payload
        self.actingFor = actingFor
        payloadType = wire.payloadType.isEmpty ? nil : wire.payloadType
        referral = ReferralID(bytes: wire.referralID)
        expectedVersion = wire.expectedVersion
        patient = BusinessIdentifier(system: wire.patient.system, value: wire.patient.value)
        to = Mailbox(wire.to)
        replyTo = Mailbox(wire.replyTo)
        priority = Priority(rawValue: wire.priority)
        reason = wire.reason.isEmpty ? nil : ReasonCode(wire.reason)
        expiresAt = Timestamp(wire: wire.expiresAtMs)
        if let start = Timestamp(wire: wire.appointmentStartMs) {
            appointment = Appointment(
                start: start, end: Timestamp(wire: wire.appointmentEndMs) ?? start)
        }
        dueAt = Timestamp(wire: wire.dueAtMs)
        isBlocking = wire.blocking
        onBehalfOf = ReferralActor(rawValue: wire.onBehalfOf)
        otherLeg = ReferralID(bytes: wire.otherLegID)
        allowsDuplicate = wire.allowDuplicate
        consent = ConsentID(bytes: wire.consentID)
        if wire.deliveryID != 0 { delivery = DeliveryID(Int64(clamping: wire.deliveryID)) }
        breakGlass = BreakGlassID(bytes: wire.breakGlassID)
        words = wire.words.isEmpty ? nil : wire.words
        finding = BreakGlass.Finding(rawValue: wire.finding)
    }
}

extension Timestamp {
    /// Takes a time of the wire, where 0 means "not given".
    fileprivate init?(wire milliseconds: Int64) {
        guard milliseconds != 0 else { return nil }
        self.init(milliseconds: milliseconds)
    }
}
