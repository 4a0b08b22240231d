internal import CareModel
internal import Foundation

extension Submission {
    init(
        _ wire: WireSubmit, payload: Payload?, patientKey: (BusinessIdentifier) -> PatientKey
    ) throws(Refusal) {
        guard let kind = MessageKind(wire.kind) else {
            throw FieldReader.invalid("kind", "is not a kind of message this broker knows")
        }
        self.init(id: try FieldReader.freshUUID(wire.messageID, "message_id"), kind: kind)
        referral = try Self.id(wire.referralID, "referral_id", isFresh: kind == .move(.request))
        expectedVersion = wire.expectedVersion
        if wire.hasPatient {
            let identifier = try FieldReader.identifier(wire.patient, "patient")
            patientIdentifier = identifier
            patient = patientKey(identifier)
        }
        to = try FieldReader.mailbox(wire.to, "to")
        replyTo = try FieldReader.mailbox(wire.replyTo, "reply_to")
        priority = try FieldReader.code(wire.priority, "priority")
        if !wire.reason.isEmpty {
            reason = ReasonCode(try FieldReader.codeText(wire.reason, "reason"))
        }
        expiresAt = FieldReader.time(wire.expiresAtMs)
        if wire.appointmentStartMs != 0 || wire.appointmentEndMs != 0 {
            appointment = try Self.appointment(wire)
        }
        dueAt = FieldReader.time(wire.dueAtMs)
        isBlocking = wire.blocking
        onBehalfOf = try FieldReader.code(wire.onBehalfOf, "on_behalf_of")
        if let side = onBehalfOf, side != .initiator, side != .recipient {
            throw FieldReader.invalid("on_behalf_of", "must be initiator or recipient")
        }
        otherLeg = try Self.id(wire.otherLegID, "other_leg_id", isFresh: kind == .move(.redirect))
        allowsDuplicate = wire.allowDuplicate
        if !wire.payloadType.isEmpty {
            payloadType = try FieldReader.text(wire.payloadType, "payload_type")
        }
        self.payload = payload
        consent = try Self.id(wire.consentID, "consent_id", isFresh: kind == .consentPut)
        if wire.deliveryID != 0 { delivery = wire.deliveryID.delivery }
        breakGlass = try FieldReader.optionalUUID(wire.breakGlassID, "break_glass_id")
        words = try FieldReader.words(wire.words, "words")
        finding = try FieldReader.code(wire.finding, "finding")
    }

    /// An id that may be left out; one that is made here needs the form of one.
    private static func id<ID: UUIDIdentifier>(
        _ data: Data, _ field: String, isFresh: Bool
    ) throws(Refusal) -> ID? {
        guard isFresh, !data.isEmpty else { return try FieldReader.optionalUUID(data, field) }
        return try FieldReader.freshUUID(data, field)
    }

    private static func appointment(_ wire: WireSubmit) throws(Refusal) -> Appointment {
        let end = wire.appointmentEndMs == 0 ? wire.appointmentStartMs : wire.appointmentEndMs
        guard
            let appointment = Appointment(
                start: Timestamp(milliseconds: wire.appointmentStartMs),
                end: Timestamp(milliseconds: end))
        else { throw FieldReader.invalid("appointment_end_ms", "is before the start") }
        return appointment
    }
}
