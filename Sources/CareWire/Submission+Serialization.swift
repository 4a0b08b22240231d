internal import CareModel
internal import Foundation

extension Submission {
    init(
        _ wire: WireSubmit, payload: Payload?, patientKey: (BusinessIdentifier) -> PatientKey
    ) throws(Refusal) {
        let fields = try SubmitFields(wire, patientKey: patientKey)
        self.init(id: fields.id, patient: fields.patient, body: try Body(fields))
        expiresAt = fields.expiresAt
        document = payload.map { Document($0, type: fields.payloadType) }
    }

    /// What is left of a submission that names itself and its kind and cannot be read; nil if it
    /// does not.
    init?(_ wire: WireSubmit, refusedBecause refusal: Refusal) {
        guard let id = MessageID(bytes: wire.messageID), let kind = MessageKind(wire.kind) else {
            return nil
        }
        let body = UnreadableSubmission(
            kind: kind, referral: ReferralID(bytes: wire.referralID), refusal: refusal)
        self.init(id: id, body: .unreadable(body))
    }
}

extension Submission.Body {
    init(_ fields: SubmitFields) throws(Refusal) {
        switch fields.kind {
        case .move(.request): self = .request(try ReferralRequest(fields))
        case .move(let move): self = .change(try ReferralChange(move, fields))
        case .consentPut: self = .record(try DirectiveRecord(fields))
        case .consentRevoke: self = .withdrawal(try DirectiveWithdrawal(fields))
        case .replay: self = .replay(try Replay(fields))
        case .breakGlass: self = .overrideStart(try OverrideStart(fields))
        case .breakGlassEnd: self = .overrideEnd(try OverrideEnd(fields))
        case .breakGlassReview: self = .overrideReview(try OverrideReview(fields))
        case .report, .breakGlassNotice:
            throw Refusal(.invalidField, "Only the broker makes these.")
        }
    }
}

extension ReferralRequest {
    fileprivate init(_ fields: SubmitFields) throws(Refusal) {
        self.init(
            referral: try fields.needed(fields.referral, "referral_id"),
            patient: try fields.needed(fields.patient, "patient"),
            priority: try fields.needed(fields.priority, "priority"))
        to = fields.to
        replyTo = fields.replyTo
        previous = fields.otherLeg
        allowsDuplicate = fields.allowsDuplicate
        terms = fields.terms
    }
}

extension ReferralChange {
    fileprivate init(_ move: ReferralMove, _ fields: SubmitFields) throws(Refusal) {
        self.init(
            move, of: try fields.needed(fields.referral, "referral_id"), at: fields.expectedVersion)
        to = fields.to
        next = fields.otherLeg
        terms = fields.terms
    }
}

extension DirectiveRecord {
    fileprivate init(_ fields: SubmitFields) throws(Refusal) {
        self.init(
            consent: try fields.needed(fields.consent, "consent_id"),
            patient: try fields.needed(fields.patient, "patient"))
    }
}

extension DirectiveWithdrawal {
    fileprivate init(_ fields: SubmitFields) throws(Refusal) {
        self.init(consent: try fields.needed(fields.consent, "consent_id"))
    }
}

extension Replay {
    fileprivate init(_ fields: SubmitFields) throws(Refusal) {
        self.init(delivery: try fields.needed(fields.delivery, "delivery_id"))
    }
}

extension OverrideStart {
    fileprivate init(_ fields: SubmitFields) throws(Refusal) {
        self.init(patient: try fields.needed(fields.patient, "patient"), words: fields.words)
    }
}

extension OverrideEnd {
    fileprivate init(_ fields: SubmitFields) throws(Refusal) {
        self.init(breakGlass: try fields.needed(fields.breakGlass, "break_glass_id"))
    }
}

extension OverrideReview {
    fileprivate init(_ fields: SubmitFields) throws(Refusal) {
        self.init(
            breakGlass: try fields.needed(fields.breakGlass, "break_glass_id"),
            finding: try fields.needed(fields.finding, "finding"))
    }
}
