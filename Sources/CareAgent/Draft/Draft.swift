public import CareModel
public import CareWire
internal import SwiftProtobuf

/// Is a message to be put into the outbox: its envelope with new ids, and its document.
public struct Draft: Sendable {
    /// The envelope.
    public var submit: WireSubmit
    /// The document; nil for none.
    public var payload: Payload?

    /// Makes a draft of any kind with a new message id.
    public init(_ kind: MessageKind, payload: Payload? = nil, ids: AgentIDs = .system) {
        submit = .with {
            $0.messageID = ids.message().data
            $0.kind = kind.name
        }
        self.payload = payload
    }

    /// The message's name.
    public var message: MessageID? { MessageID(bytes: submit.messageID) }

    /// The referral it is about.
    public var referral: ReferralID? { ReferralID(bytes: submit.referralID) }

    /// Refers a patient: a new referral.
    ///
    /// - Parameter previous: the leg before, if a referral that ended without a visit is made again.
    public static func request(
        _ patient: BusinessIdentifier, to: Mailbox, priority: Priority, reason: ReasonCode,
        payload: Payload, previous: ReferralID? = nil, ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.move(.request), payload: payload, ids: ids)
        draft.submit.referralID = ids.referral().data
        draft.submit.patient = patient.wire
        draft.submit.to = to.description
        draft.submit.priority = priority.rawValue
        draft.submit.reason = reason.code
        if let previous { draft.submit.otherLegID = previous.data }
        return draft
    }

    /// Makes a move of a referral that is at `version`; what the move carries besides is set on
    /// the draft by the methods below.
    public static func move(
        _ move: ReferralMove, of referral: ReferralID, at version: UInt32,
        reason: ReasonCode? = nil, payload: Payload? = nil, ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.move(move), payload: payload, ids: ids)
        draft.submit.referralID = referral.data
        draft.submit.expectedVersion = version
        draft.submit.reason = reason?.code ?? ""
        return draft
    }

    /// Passes a referral on to another service; the next leg gets a new id.
    public static func redirect(
        _ referral: ReferralID, at version: UInt32, to: Mailbox, reason: ReasonCode,
        ids: AgentIDs = .system
    ) -> Draft {
        var draft = move(.redirect, of: referral, at: version, reason: reason, ids: ids)
        draft.submit.to = to.description
        draft.submit.otherLegID = ids.referral().data
        return draft
    }

    /// Books or moves the appointment.
    public static func schedule(
        _ referral: ReferralID, at version: UInt32, _ appointment: Appointment,
        reason: ReasonCode? = nil, payload: Payload? = nil, ids: AgentIDs = .system
    ) -> Draft {
        var draft = move(
            .schedule, of: referral, at: version, reason: reason, payload: payload, ids: ids)
        draft.submit.appointmentStartMs = appointment.start.milliseconds
        draft.submit.appointmentEndMs = appointment.end.milliseconds
        return draft
    }

    /// Asks the initiator for something that is missing.
    public static func ask(
        _ referral: ReferralID, at version: UInt32, for reason: ReasonCode, due: Timestamp?,
        isBlocking: Bool, payload: Payload? = nil, ids: AgentIDs = .system
    ) -> Draft {
        var draft = move(
            .ask, of: referral, at: version, reason: reason, payload: payload, ids: ids)
        draft.submit.dueAtMs = due?.milliseconds ?? 0
        draft.submit.blocking = isBlocking
        return draft
    }

    /// Records a consent directive, a new one unless `consent` names the one it replaces.
    public static func consentPut(
        _ patient: BusinessIdentifier, directive: Payload, consent: ConsentID? = nil,
        ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.consentPut, payload: directive, ids: ids)
        draft.submit.patient = patient.wire
        draft.submit.consentID = (consent ?? ids.consent()).data
        return draft
    }

    /// Withdraws a consent directive.
    public static func consentRevoke(
        _ patient: BusinessIdentifier, consent: ConsentID, ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.consentRevoke, ids: ids)
        draft.submit.patient = patient.wire
        draft.submit.consentID = consent.data
        return draft
    }

    /// Overrides a patient's consent in an emergency.
    ///
    /// - Parameter words: why, 10 to 1,000 bytes; the patient's clinics read it.
    public static func breakGlass(
        _ patient: BusinessIdentifier, because words: String, ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.breakGlass, ids: ids)
        draft.submit.patient = patient.wire
        draft.submit.words = words
        return draft
    }

    /// Ends an override of one's own.
    public static func breakGlassEnd(_ id: BreakGlassID, ids: AgentIDs = .system) -> Draft {
        var draft = Draft(.breakGlassEnd, ids: ids)
        draft.submit.breakGlassID = id.data
        return draft
    }

    /// Judges an override of somebody else's.
    public static func breakGlassReview(
        _ id: BreakGlassID, _ finding: BreakGlass.Finding, ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.breakGlassReview, ids: ids)
        draft.submit.breakGlassID = id.data
        draft.submit.finding = finding.rawValue
        return draft
    }

    /// Sends a dead letter again.
    public static func replay(_ delivery: DeliveryID, ids: AgentIDs = .system) -> Draft {
        var draft = Draft(.replay, ids: ids)
        draft.submit.deliveryID = UInt64(clamping: delivery.number)
        return draft
    }

    /// The same, made by a coordinator for one side.
    public func onBehalf(of side: ReferralActor) -> Draft {
        var draft = self
        draft.submit.onBehalfOf = side.rawValue
        return draft
    }

    /// The same, with a time the visit is expected or the answer wanted by.
    public func due(by time: Timestamp) -> Draft {
        var draft = self
        draft.submit.dueAtMs = time.milliseconds
        return draft
    }

    /// The same, given up at a time of the sender's choice.
    public func expiring(at time: Timestamp) -> Draft {
        var draft = self
        draft.submit.expiresAtMs = time.milliseconds
        return draft
    }
}

extension AgentStore {
    /// Puts a draft into the outbox, durably.
    public func enqueue(_ draft: Draft, at now: Timestamp) throws(AgentError) {
        try enqueue(draft.submit, payload: draft.payload, at: now)
    }
}
