/// Is one fact of the audit log, written in the same transaction as the fact itself.
///
/// Holds no payload, no free text and no identifier of a patient; types after IHE BALP. Of people
/// it holds the names of agents, and of those on whose behalf they act, as they tell them.
public struct AuditEvent: Equatable, Sendable {
    /// Says what happened.
    public enum Kind: String, CaseIterable, Sendable {
        /// A consent verdict was taken for a submitted message.
        case consentDecided = "consent-decided"
        /// A payload left the broker; the verdict that let it is in the rule.
        case disclosureSent = "disclosure-sent"
        /// The recipient's agent stored it.
        case disclosureReceived = "disclosure-received"
        /// A delivery was kept back by a verdict.
        case disclosureWithheld = "disclosure-withheld"
        /// A delivery ended without acknowledgement.
        case deliveryEnded = "delivery-ended"
        /// A consent directive was recorded.
        case consentRecorded = "consent-recorded"
        /// A consent directive was withdrawn.
        case consentRevoked = "consent-revoked"
        /// A referral moved.
        case referralMoved = "referral-moved"
        /// Somebody asked what consent would say.
        case consentChecked = "consent-checked"
        /// Somebody or something was enrolled or changed.
        case enrolled
        /// An agent's key was revoked.
        case revoked
        /// A dead letter was sent again.
        case replayed
        /// A stored payload no longer matches its hash.
        case corruptionFound = "corruption-found"
        /// A copy that nobody had acknowledged was called back.
        case disclosureRecalled = "disclosure-recalled"
        /// Somebody overrode consent in an emergency.
        case breakGlassStarted = "break-glass-started"
        /// The override ended.
        case breakGlassEnded = "break-glass-ended"
        /// Somebody else judged the override.
        case breakGlassReviewed = "break-glass-reviewed"
        /// Somebody read a patient's history; each document in it is an event of its own.
        case timelineRead = "timeline-read"
        /// Somebody read who had seen a patient's data.
        case accountingRead = "accounting-read"
        /// A question was refused because of who asked it.
        case accessRefused = "access-refused"
        /// Connections were refused; the outcome says how many since the last such event.
        case connectionRefused = "connection-refused"
        /// The broker started with these rules.
        case configured
        /// Another master key was taken into use.
        case keysRotated = "keys-rotated"
        /// A patient's data key was destroyed, and with it what it sealed.
        case patientShredded = "patient-shredded"
    }

    /// What happened.
    public var kind: Kind
    /// When.
    public var at: Timestamp
    /// Who did it; nil for the broker itself.
    public var agent: AgentID?
    /// On whose behalf the agent did it, by its own word; nil if it did not tell.
    public var actingFor: Person?
    /// For which organisation.
    public var organisation: OrganisationID?
    /// To whom something went, or would have.
    public var recipient: Mailbox?
    /// About which message.
    public var message: MessageNumber?
    /// About which delivery.
    public var delivery: DeliveryID?
    /// About which referral.
    public var referral: ReferralID?
    /// About which patient.
    public var patient: PatientKey?
    /// How it came out: permit, deny, a state, a code.
    public var outcome: String
    /// The rule that decided.
    public var rule: String?
    /// Why data was used, a v3-ActReason code; nil where no data was.
    public var purpose: String?
    /// The patient's consent epoch at the time; nil where consent had no say.
    public var epoch: UInt32?

    /// Makes the event; what it is about is set afterwards.
    public init(_ kind: Kind, at: Timestamp, outcome: String) {
        self.kind = kind
        self.at = at
        self.outcome = outcome
    }
}

/// Is an event with its place in the log.
public struct AuditRecord: Equatable, Sendable {
    /// Its place, from 1 without a gap.
    public let sequence: Int64
    /// What happened.
    public let event: AuditEvent

    /// Makes the record.
    public init(sequence: Int64, event: AuditEvent) {
        self.sequence = sequence
        self.event = event
    }
}
