/// Names a submission for ever: who sent it and what they called it.
public struct SubmissionKey: Hashable, Sendable {
    /// The sender.
    public let sender: AgentID
    /// The sender's name for it.
    public let message: MessageID

    /// Makes the key.
    public init(sender: AgentID, message: MessageID) {
        self.sender = sender
        self.message = message
    }
}

/// Is the answer that a submission got, and to which content.
public struct SubmissionRecord: Equatable, Sendable {
    /// SHA-256 over envelope and payload.
    public let contentHash: [UInt8]
    /// The answer.
    public let item: ReceiptItem
    /// The message it became; nil if it was refused or changed nothing.
    public let message: MessageNumber?

    /// Makes the record.
    public init(contentHash: [UInt8], item: ReceiptItem, message: MessageNumber?) {
        self.contentHash = contentHash
        self.item = item
        self.message = message
    }
}

/// Names what may be open only once: a patient's referral to a service by an initiator.
public struct OpenReferralKey: Hashable, Sendable {
    /// The patient.
    public let patient: PatientKey
    /// Where it is addressed.
    public let to: Mailbox
    /// Who refers.
    public let initiator: OrganisationID

    /// Makes the key.
    public init(patient: PatientKey, to: Mailbox, initiator: OrganisationID) {
        self.patient = patient
        self.to = to
        self.initiator = initiator
    }
}

/// Is what the store knows of the keys asked for.
///
/// What is absent does not exist.
public struct Facts: Equatable, Sendable {
    /// Earlier answers.
    public var submissions: [SubmissionKey: SubmissionRecord] = [:]
    /// Referrals by id.
    public var referrals: [ReferralID: Referral] = [:]
    /// The first message of a referral.
    public var requests: [ReferralID: MessageNumber] = [:]
    /// Open referrals.
    public var openReferrals: [OpenReferralKey: ReferralID] = [:]
    /// The referrals that have the numbers asked for; the first, where a database from before holds
    /// several of one number.
    public var numbers: [ReferralNumber: ReferralID] = [:]
    /// Deliveries by id: asked for, unsettled of an asked-for thread, queued, expired.
    public var deliveries: [DeliveryID: Delivery] = [:]
    /// The messages of those deliveries, and those asked for.
    public var messages: [MessageNumber: Message] = [:]
    /// Messages asked for by id.
    public var messageIDs: [MessageID: MessageNumber] = [:]
    /// For each mailbox asked for, deliveries that may be sent now: queued, due, not behind an
    /// unsettled one of the same thread that is neither held nor withheld; due longest first.
    public var queues: [Mailbox: [DeliveryID]] = [:]
    /// Unsettled deliveries that have expired.
    public var expired: [DeliveryID] = []
    /// Directives asked for.
    public var consents: [ConsentID: ConsentRecord] = [:]
    /// Deliveries kept back that are due for another look.
    public var keptBack: [DeliveryID] = []
    /// Deliveries kept back after ``FactKeys/keptBackAfter``, in the order of their numbers.
    public var allKeptBack: [DeliveryID] = []
    /// Leased deliveries whose lease has ended.
    public var lapsed: [DeliveryID] = []
    /// The organisations that take part in a patient's care, see ``Referral/careTeam``; nothing
    /// for a patient whom no referral is about.
    public var careTeams: [PatientKey: Set<OrganisationID>] = [:]
    /// The organisations that have referred a patient whose care team was asked for, whatever came
    /// of it; a referral that was entered in error counts for nothing.
    public var referrers: [PatientKey: Set<OrganisationID>] = [:]
    /// The unsettled deliveries of messages about a patient, oldest first; there may be more if
    /// they are ``FactKeys/waitingMax``.
    public var waiting: [PatientKey: [DeliveryID]] = [:]
    /// Messages with documents about a patient, in the order of their acceptance; directives are
    /// not among them.
    public var timelines: [PatientKey: [MessageNumber]] = [:]
    /// All versions of a directive, oldest first.
    public var consentVersions: [ConsentID: [ConsentRecord]] = [:]
    /// Overrides asked for, those due, and those of agents asked for.
    public var breakGlasses: [BreakGlassID: BreakGlass] = [:]
    /// How often what a patient permits has changed, for everybody whom keys or facts are about.
    public var epochs: [PatientKey: UInt32] = [:]
    /// What those patients permit, where the asker does not know it of that epoch.
    public var consentStates: [PatientKey: ConsentState] = [:]
    /// How far the streams asked for are.
    public var heads: [StreamName: UInt64] = [:]
    /// Everybody enrolled and every stream, if that is not what the asker knows.
    public var registry: Registry?

    /// Makes empty facts.
    public init() {}
}

extension Facts {
    /// Takes all referrals of a patient.
    public mutating func take(_ referrals: [Referral], of patient: PatientKey) {
        guard !referrals.isEmpty else { return }
        careTeams[patient] = referrals.reduce(into: []) { $0.formUnion($1.careTeam) }
        let meant = referrals.filter { $0.state != .enteredInError }
        referrers[patient] = Set(meant.map(\.initiator))
    }
}

/// Is a consent directive as the broker keeps it; the document itself is the message's payload.
public struct ConsentRecord: Equatable, Sendable {
    /// The broker's name for it.
    public let id: ConsentID
    /// Whose it is.
    public let patient: PatientKey
    /// Counts the documents recorded under the id, from 1.
    public let version: UInt32
    /// The message that brought this version.
    public let message: MessageNumber
    /// Who recorded it.
    public let recordedBy: AgentID
    /// For which organisation.
    public let organisation: OrganisationID
    /// When.
    public let recordedAt: Timestamp
    /// When it was withdrawn; nil while it stands.
    public var revokedAt: Timestamp?

    /// Makes the record.
    public init(
        id: ConsentID, patient: PatientKey, version: UInt32, message: MessageNumber,
        recordedBy: AgentID, organisation: OrganisationID, recordedAt: Timestamp,
        revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.patient = patient
        self.version = version
        self.message = message
        self.recordedBy = recordedBy
        self.organisation = organisation
        self.recordedAt = recordedAt
        self.revokedAt = revokedAt
    }
}

extension Facts {
    /// Everybody whom the facts are about.
    public var patients: Set<PatientKey> {
        var patients: Set<PatientKey> = []
        for referral in referrals.values { patients.insert(referral.patient) }
        for message in messages.values {
            if let patient = message.patient { patients.insert(patient) }
        }
        for consent in consents.values { patients.insert(consent.patient) }
        for glass in breakGlasses.values { patients.insert(glass.patient) }
        return patients
    }
}
