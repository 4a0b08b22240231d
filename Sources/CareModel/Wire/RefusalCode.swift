/// Is the set of codes a CLP/1 broker refuses with.
///
/// Published as `Protocols/errors.json`.
public enum RefusalCode: String, CaseIterable, Sendable {
    // The frame
    /// The header is not a frame of this protocol.
    case malformedFrame = "malformed-frame"
    /// The verb is not one this broker knows.
    case unsupportedVerb = "unsupported-verb"
    /// No common protocol version.
    case unsupportedVersion = "unsupported-version"
    /// The payload is longer than the broker takes.
    case payloadTooLarge = "payload-too-large"
    // The asker
    /// The key is enrolled for another agent.
    case wrongAgent = "wrong-agent"
    /// The agent was revoked.
    case revoked
    /// The agent's roles do not allow it.
    case notAllowed = "not-allowed"
    // The message
    /// A field is missing or says nothing the broker knows.
    case invalidField = "invalid-field"
    /// The clocks of agent and broker disagree too much, or a time makes no sense.
    case implausibleTime = "implausible-time"
    /// The same message id came with other content.
    case duplicateConflict = "duplicate-conflict"
    /// The payload is not what its envelope says.
    case payloadMismatch = "payload-mismatch"
    /// The kind needs a payload.
    case payloadMissing = "payload-missing"
    /// Nobody is enrolled under that name.
    case unknownRecipient = "unknown-recipient"
    // The referral
    /// No such referral, or none the asker may know of.
    case unknownReferral = "unknown-referral"
    /// The referral's state or the asker's part does not allow the move.
    case illegalMove = "illegal-move"
    /// The referral moved on since the sender looked.
    case staleVersion = "stale-version"
    /// The move needs a coded reason of its set.
    case reasonRequired = "reason-required"
    /// The same patient has an open referral to the same service.
    case possibleDuplicate = "possible-duplicate"
    /// The referral id or number is taken.
    case referralExists = "referral-exists"
    // Consent
    /// No directive permits it, or one forbids it.
    case consentRefused = "consent-refused"
    /// Consent could not be decided.
    case consentUndecided = "consent-undecided"
    /// What consent leaves of the document is no longer what it has to be.
    case consentLeavesNothing = "consent-leaves-nothing"
    /// No such directive, or none the asker may know of.
    case unknownConsent = "unknown-consent"
    /// No such patient among those the asker may see.
    case unknownPatient = "unknown-patient"
    /// The agent has broken the glass for this patient already.
    case breakGlassHolds = "break-glass-holds"
    /// No such override, or none the asker may know of.
    case unknownBreakGlass = "unknown-break-glass"
    // Deliveries and streams
    /// No such delivery, or none the asker may know of.
    case unknownDelivery = "unknown-delivery"
    /// The delivery is not a dead letter.
    case notADeadLetter = "not-a-dead-letter"
    /// No such message, or none the asker may know of.
    case unknownMessage = "unknown-message"
    /// No such stream, or none the asker may know of.
    case unknownStream = "unknown-stream"
    /// The stream was restored; its epoch is another.
    case staleEpoch = "stale-epoch"
    // The broker
    /// Too much to do, or the disk is nearly full.
    case busy
    /// The id is taken by something else.
    case alreadyEnrolled = "already-enrolled"
    /// Something the broker did not expect; its log says what.
    case internalError = "internal-error"

    /// Whose move is next.
    public var category: Refusal.Category {
        switch self {
        case .busy, .internalError: .broker
        default: .sender
        }
    }

    /// Whether the same message can succeed later.
    public var isRetriable: Bool { self == .busy || self == .internalError }

    /// What failed and what to do, for people.
    public var summary: String {
        switch self {
        case .malformedFrame: "The frame is not CLP/1. Update the agent program."
        case .unsupportedVerb:
            "This broker does not know the verb. Update the broker or do without."
        case .unsupportedVersion:
            "No common protocol version. Update the older of the two programs."
        case .payloadTooLarge: "The document is too long for this broker. Send less in one message."
        case .wrongAgent: "The key is enrolled for another agent. Check the context's agent name."
        case .revoked: "This agent was revoked. Ask the broker's operator."
        case .notAllowed: "Your roles do not allow this. Ask the broker's operator."
        case .invalidField: "A field is missing or unknown."
        case .implausibleTime: "A time makes no sense. Check the clock of this machine."
        case .duplicateConflict:
            "This message id was used for other content. Send it as a new message."
        case .payloadMismatch: "The document does not agree with its envelope."
        case .payloadMissing: "This needs a document or a comment. Attach one."
        case .unknownRecipient: "Nobody is enrolled under that name. See `careloop directory`."
        case .unknownReferral: "No such referral among those you may see. Check the number."
        case .illegalMove: "The referral does not allow that now."
        case .staleVersion: "The referral has moved on since you looked. Look again, then decide."
        case .reasonRequired: "This needs a coded reason."
        case .possibleDuplicate:
            "The patient has an open referral to this service. Repeat with --allow-duplicate if you mean it."
        case .referralExists:
            "This referral's id or number is taken. Send it as a new referral, with a new id."
        case .consentRefused:
            "Consent does not permit it. Record a directive that does, if the patient wants it."
        case .consentUndecided:
            "Consent cannot be decided. Record a directive that is clear about it."
        case .consentLeavesNothing:
            "What consent leaves of this document makes no sense alone. What has no code that the "
                + "broker can label counts as what a directive excepts: code it, or record a "
                + "directive that lets more go."
        case .unknownConsent: "No such consent directive among those you may see."
        case .unknownPatient: "No such patient among those you may see."
        case .breakGlassHolds:
            "You have broken the glass for this patient already. End that first, or wait for its end."
        case .unknownBreakGlass: "No such break-glass among those you may see."
        case .unknownDelivery: "No such delivery among those you may see."
        case .notADeadLetter: "Only a dead letter can be replayed."
        case .unknownMessage: "No such message among those you may see."
        case .unknownStream: "No such stream among those you may see."
        case .staleEpoch: "The broker was restored from a backup. Subscribe again."
        case .busy: "The broker cannot take it now. It will be sent again by itself."
        case .alreadyEnrolled: "The id is taken by something else. Choose another."
        case .internalError: "The broker failed on this. Its log says why."
        }
    }
}
