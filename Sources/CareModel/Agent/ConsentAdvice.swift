/// Is one version of a directive as an agent sees it.
public struct ConsentView: Equatable, Sendable {
    /// The directive.
    public var id: ConsentID
    /// Which version.
    public var version: UInt32
    /// `active` or `revoked`.
    public var status: String
    /// When it was recorded.
    public var recordedAt: Timestamp?
    /// When it was withdrawn.
    public var revokedAt: Timestamp?
    /// Who recorded it.
    public var recordedBy: AgentID?
    /// For which organisation.
    public var organisation: OrganisationID?

    /// Makes a version with nothing but its status.
    public init(id: ConsentID, version: UInt32, status: String) {
        self.id = id
        self.version = version
        self.status = status
    }
}

/// Says what consent would decide, why, and what would change it, as an agent sees it.
public struct ConsentAdvice: Equatable, Sendable {
    /// What the directives say: `permit`, `deny`, `no-consent` or `indeterminate`.
    public var decision = ""
    /// What the broker does: `permit`, `deny` or `hold`.
    public var effective = ""
    /// What decided, in words.
    public var rule = ""
    /// The directives that decided.
    public var basis: [String] = []
    /// Whether only part of some documents may go.
    public var limitsContent = false
    /// Every directive that was looked at.
    public var reasons: [Reason] = []
    /// What would change it, in words.
    public var remedies: [String] = []
    /// What an override would come to: `permit`, `deny` or `hold`; nil if it was not told.
    public var breakGlass: String?

    /// Makes empty advice.
    public init() {}

    /// Says what one directive had to do with it.
    public struct Reason: Equatable, Sendable {
        /// The directive; nil for one the broker does not know by id.
        public var consent: ConsentID?
        /// Its version.
        public var version: UInt32 = 0
        /// Whether it applies.
        public var applies = false
        /// `permit` or `deny`; nil if it does not apply.
        public var effect: String?
        /// Why it does or does not apply, as a code.
        public var cause = ""
        /// Where in the directive.
        public var path: String?
        /// The conditions that fit.
        public var met: [String] = []
        /// The conditions that do not.
        public var failed: [String] = []
        /// The conditions that could not be compared.
        public var unresolved: [String] = []
        /// The same in words.
        public var text = ""

        /// Makes an empty reason.
        public init() {}
    }
}
