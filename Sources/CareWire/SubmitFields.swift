internal import CareModel
internal import Foundation

/// Is a Submit whose fields can be read, each by itself.
///
/// What a kind needs of them is said where its body is made.
struct SubmitFields {
    let id: MessageID
    let kind: MessageKind
    let referral: ReferralID?
    let expectedVersion: UInt32
    let patient: NamedPatient?
    let to: Mailbox?
    let replyTo: Mailbox?
    let priority: Priority?
    let expiresAt: Timestamp?
    let terms: MoveTerms
    let otherLeg: ReferralID?
    let allowsDuplicate: Bool
    let payloadType: String?
    let consent: ConsentID?
    let delivery: DeliveryID?
    let breakGlass: BreakGlassID?
    let words: String?
    let finding: BreakGlass.Finding?

    init(
        _ wire: WireSubmit, patientKey: (BusinessIdentifier) -> PatientKey
    ) throws(Refusal) {
        guard let kind = MessageKind(wire.kind) else {
            throw FieldReader.invalid("kind", "is not a kind of message this broker knows")
        }
        self.kind = kind
        id = try FieldReader.uuid(wire.messageID, "message_id")
        referral = try FieldReader.optionalUUID(wire.referralID, "referral_id")
        expectedVersion = wire.expectedVersion
        patient = try NamedPatient(wire, patientKey: patientKey)
        to = try FieldReader.mailbox(wire.to, "to")
        replyTo = try FieldReader.mailbox(wire.replyTo, "reply_to")
        priority = try FieldReader.code(wire.priority, "priority")
        expiresAt = FieldReader.time(wire.expiresAtMs)
        terms = try MoveTerms(wire)
        otherLeg = try FieldReader.optionalUUID(wire.otherLegID, "other_leg_id")
        allowsDuplicate = wire.allowDuplicate
        payloadType =
            wire.payloadType.isEmpty
            ? nil : try FieldReader.text(wire.payloadType, "payload_type")
        consent = try FieldReader.optionalUUID(wire.consentID, "consent_id")
        delivery = wire.deliveryID == 0 ? nil : wire.deliveryID.delivery
        breakGlass = try FieldReader.optionalUUID(wire.breakGlassID, "break_glass_id")
        words = try FieldReader.words(wire.words, "words")
        finding = try FieldReader.code(wire.finding, "finding")
    }

    /// A field that the kind cannot do without.
    func needed<Value>(_ value: Value?, _ field: String) throws(Refusal) -> Value {
        guard let value else {
            throw FieldReader.invalid(field, "is missing: \(kind.name) needs it")
        }
        return value
    }
}

extension NamedPatient {
    fileprivate init?(
        _ wire: WireSubmit, patientKey: (BusinessIdentifier) -> PatientKey
    ) throws(Refusal) {
        guard wire.hasPatient else { return nil }
        let identifier = try FieldReader.identifier(wire.patient, "patient")
        self.init(key: patientKey(identifier), identifier: identifier)
    }
}

extension MoveTerms {
    fileprivate init(_ wire: WireSubmit) throws(Refusal) {
        self.init()
        if !wire.reason.isEmpty {
            reason = ReasonCode(try FieldReader.codeText(wire.reason, "reason"))
        }
        if wire.appointmentStartMs != 0 || wire.appointmentEndMs != 0 {
            appointment = try Self.appointment(wire)
        }
        dueAt = FieldReader.time(wire.dueAtMs)
        isBlocking = wire.blocking
        onBehalfOf = try FieldReader.code(wire.onBehalfOf, "on_behalf_of")
        if let side = onBehalfOf, side != .initiator, side != .recipient {
            throw FieldReader.invalid("on_behalf_of", "must be initiator or recipient")
        }
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
