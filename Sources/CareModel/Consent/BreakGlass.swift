/// Names one override of consent.
public struct BreakGlassID: UUIDIdentifier {
    /// The bits.
    public let uuid: UUIDBytes
    /// Wraps the bits.
    public init(_ uuid: UUIDBytes) { self.uuid = uuid }
}

/// Is one override of consent in an emergency: one agent, one patient, a few hours.
///
/// It does not overrule a directive that forbids break-glass itself or every use; see
/// ``Coding/breakGlass``.
public struct BreakGlass: Equatable, Sendable {
    /// Says how a person judged it.
    public enum Finding: String, CaseIterable, Sendable {
        /// It was an emergency.
        case justified
        /// It was none.
        case unjustified
    }

    /// Is what somebody else found.
    public struct Review: Equatable, Sendable {
        /// Who judged; never who broke the glass.
        public let reviewer: AgentID
        /// For which organisation.
        public let organisation: OrganisationID
        /// When.
        public let at: Timestamp
        /// What was found.
        public let finding: Finding

        /// Makes the review.
        public init(
            reviewer: AgentID, organisation: OrganisationID, at: Timestamp, finding: Finding
        ) {
            self.reviewer = reviewer
            self.organisation = organisation
            self.at = at
            self.finding = finding
        }
    }

    /// Its id: that of the message that started it.
    public let id: BreakGlassID
    /// Whose consent is overridden.
    public let patient: PatientKey
    /// The same as its agent named it, for those who review.
    public let patientIdentifier: BusinessIdentifier
    /// Who broke the glass.
    public let agent: AgentID
    /// For which organisation.
    public let organisation: OrganisationID
    /// The organisations that take part in the patient's care and were told.
    public let custodians: [OrganisationID]
    /// Why, in the agent's own words; may be clinical, so it is sealed like a document.
    public let reason: String
    /// When it began.
    public let startedAt: Timestamp
    /// When it ends by itself.
    public let endsAt: Timestamp
    /// When it ended; nil while it holds.
    public var endedAt: Timestamp?
    /// What somebody else found; nil while nobody has looked.
    public var review: Review?

    /// Makes an override that has just begun.
    public init(
        id: BreakGlassID, patient: PatientKey, patientIdentifier: BusinessIdentifier,
        agent: AgentID, organisation: OrganisationID, custodians: [OrganisationID],
        reason: String, startedAt: Timestamp, endsAt: Timestamp
    ) {
        self.id = id
        self.patient = patient
        self.patientIdentifier = patientIdentifier
        self.agent = agent
        self.organisation = organisation
        self.custodians = custodians
        self.reason = reason
        self.startedAt = startedAt
        self.endsAt = endsAt
    }
}
