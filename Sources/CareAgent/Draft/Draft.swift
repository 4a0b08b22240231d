public import CareModel

/// Is a message to be put into the outbox: its envelope with new ids, and its document.
public struct Draft: Equatable, Sendable {
    /// The message's name, made once.
    public private(set) var message: MessageID
    /// What it is for.
    public let kind: MessageKind
    /// The document; nil for none.
    public var payload: Payload?
    /// The document's media type; nil for FHIR, or without a document.
    public var payloadType: String?
    /// On whose behalf the program sends it; nil if nobody in particular.
    public var actingFor: Person?
    /// The referral it is about.
    public var referral: ReferralID?
    /// The version that its sender has seen.
    public var expectedVersion: UInt32 = 0
    /// Whom it is about.
    public var patient: BusinessIdentifier?
    /// Whither, with request and redirect.
    public var to: Mailbox?
    /// Where answers go, with request.
    public var replyTo: Mailbox?
    /// How soon, with request.
    public var priority: Priority?
    /// Why.
    public var reason: ReasonCode?
    /// When the broker gives it up.
    public var expiresAt: Timestamp?
    /// The appointment, with schedule.
    public var appointment: Appointment?
    /// The answer is wanted by, or the visit expected by.
    public var dueAt: Timestamp?
    /// Whether nothing goes on without the answer.
    public var isBlocking = false
    /// For whom a coordinator acts.
    public var onBehalfOf: ReferralActor?
    /// The leg before, with request; the leg after, with redirect.
    public var otherLeg: ReferralID?
    /// Whether a second open referral is meant.
    public var allowsDuplicate = false
    /// The directive, with consent-put and consent-revoke.
    public var consent: ConsentID?
    /// The dead letter, with replay.
    public var delivery: DeliveryID?
    /// The override, with break-glass-end and break-glass-review.
    public var breakGlass: BreakGlassID?
    /// Why consent is overridden, with break-glass; 10 to 1,000 bytes.
    public var words: String?
    /// What was found, with break-glass-review.
    public var finding: BreakGlass.Finding?

    /// Makes a draft of any kind with a new message id.
    public init(_ kind: MessageKind, payload: Payload? = nil, ids: AgentIDs = .system) {
        self.init(message: ids.message(), kind: kind)
        self.payload = payload
    }

    /// Makes a draft under an id that was made before.
    public init(message: MessageID, kind: MessageKind) {
        self.message = message
        self.kind = kind
    }

    /// The same under a new id: another message, for who means it once more.
    public func renewed(ids: AgentIDs = .system) -> Draft {
        var draft = self
        draft.message = ids.message()
        return draft
    }

    /// Refers a patient: a new referral.
    ///
    /// - Parameter previous: the leg before, if a referral that ended without a visit is made again.
    public static func request(
        _ patient: BusinessIdentifier, to: Mailbox, priority: Priority, reason: ReasonCode,
        payload: Payload, previous: ReferralID? = nil, ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.move(.request), payload: payload, ids: ids)
        draft.referral = ids.referral()
        draft.patient = patient
        draft.to = to
        draft.priority = priority
        draft.reason = reason
        draft.otherLeg = previous
        return draft
    }

    /// Makes a move of a referral that is at `version`; what the move carries besides is set on
    /// the draft.
    public static func move(
        _ move: ReferralMove, of referral: ReferralID, at version: UInt32,
        reason: ReasonCode? = nil, payload: Payload? = nil, ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.move(move), payload: payload, ids: ids)
        draft.referral = referral
        draft.expectedVersion = version
        draft.reason = reason
        return draft
    }

    /// Passes a referral on to another service; the next leg gets a new id.
    public static func redirect(
        _ referral: ReferralID, at version: UInt32, to: Mailbox, reason: ReasonCode,
        ids: AgentIDs = .system
    ) -> Draft {
        var draft = move(.redirect, of: referral, at: version, reason: reason, ids: ids)
        draft.to = to
        draft.otherLeg = ids.referral()
        return draft
    }

    /// Books or moves the appointment.
    public static func schedule(
        _ referral: ReferralID, at version: UInt32, _ appointment: Appointment,
        reason: ReasonCode? = nil, payload: Payload? = nil, ids: AgentIDs = .system
    ) -> Draft {
        var draft = move(
            .schedule, of: referral, at: version, reason: reason, payload: payload, ids: ids)
        draft.appointment = appointment
        return draft
    }

    /// Asks the initiator for something that is missing.
    public static func ask(
        _ referral: ReferralID, at version: UInt32, for reason: ReasonCode, due: Timestamp?,
        isBlocking: Bool, payload: Payload? = nil, ids: AgentIDs = .system
    ) -> Draft {
        var draft = move(
            .ask, of: referral, at: version, reason: reason, payload: payload, ids: ids)
        draft.dueAt = due
        draft.isBlocking = isBlocking
        return draft
    }

    /// Records a consent directive, a new one unless `consent` names the one it replaces.
    public static func consentPut(
        _ patient: BusinessIdentifier, directive: Payload, consent: ConsentID? = nil,
        ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.consentPut, payload: directive, ids: ids)
        draft.patient = patient
        draft.consent = consent ?? ids.consent()
        return draft
    }

    /// Withdraws a consent directive; the broker knows whose it is.
    public static func consentRevoke(
        _ patient: BusinessIdentifier?, consent: ConsentID, ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.consentRevoke, ids: ids)
        draft.patient = patient
        draft.consent = consent
        return draft
    }

    /// Overrides a patient's consent in an emergency.
    ///
    /// - Parameter words: why, 10 to 1,000 bytes; the patient's clinics read it.
    public static func breakGlass(
        _ patient: BusinessIdentifier, because words: String, ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.breakGlass, ids: ids)
        draft.patient = patient
        draft.words = words
        return draft
    }

    /// Ends an override of one's own.
    public static func breakGlassEnd(_ id: BreakGlassID, ids: AgentIDs = .system) -> Draft {
        var draft = Draft(.breakGlassEnd, ids: ids)
        draft.breakGlass = id
        return draft
    }

    /// Judges an override of somebody else's.
    public static func breakGlassReview(
        _ id: BreakGlassID, _ finding: BreakGlass.Finding, ids: AgentIDs = .system
    ) -> Draft {
        var draft = Draft(.breakGlassReview, ids: ids)
        draft.breakGlass = id
        draft.finding = finding
        return draft
    }

    /// Sends a dead letter again.
    public static func replay(_ delivery: DeliveryID, ids: AgentIDs = .system) -> Draft {
        var draft = Draft(.replay, ids: ids)
        draft.delivery = delivery
        return draft
    }
}
