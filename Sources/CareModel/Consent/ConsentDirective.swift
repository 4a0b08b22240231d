/// Says where a directive stands (FHIR `Consent.status`, R4 and R5).
public enum ConsentStatus: String, Hashable, Sendable {
    /// Being written.
    case draft
    /// Offered, not agreed.
    case proposed
    /// In force.
    case active
    /// Refused by the patient or the organisation.
    case rejected
    /// Withdrawn, or replaced.
    case inactive
    /// Never valid (R4 `entered-in-error`).
    case enteredInError = "entered-in-error"
    /// Not to be carried out (R5 `not-done`).
    case notDone = "not-done"
    /// Known to nobody (R5 `unknown`), or a code the reader does not know.
    case unknown
}

/// Is what one version of a patient's consent says, the same whichever FHIR dialect it came in.
public struct ConsentDirective: Hashable, Sendable {
    /// Is the normalised rule, or why there is none.
    public enum Rule: Hashable, Sendable {
        /// The decision where no exception applies, and the root that says when it applies.
        case stated(base: ConsentEffect, root: ConsentProvision)
        /// The text could not be understood; the reason names no patient.
        case unreadable(String)
    }

    /// Says whether it is a privacy directive, the only kind that permits or refuses a release.
    public enum Subject: Hashable, Sendable {
        /// It is.
        case privacy
        /// It is not; the text says what it is, such as "a research consent".
        case other(String)
        /// It may be; the text says why nobody can tell.
        case unclear(String)
    }

    /// The directive's name in verdicts; the same for all its versions.
    public var name: String
    /// The version's name in verdicts.
    public var version: String
    /// The organisation that recorded it; nil where that is not known.
    ///
    /// What one has recorded, another's directive cannot replace.
    public var recorder: OrganisationID?
    /// Where it stands.
    public var status: ConsentStatus
    /// Categories and scope.
    public var categories: [Coding]
    /// Business identifiers, by which versions recognise each other.
    public var identifiers: [BusinessIdentifier]
    /// When it was agreed.
    public var issued: ConsentPeriod?
    /// Orders versions of the same name; nil if unknown.
    public var revision: Int64?
    /// Names of directives that this one says it replaces.
    public var replaces: [String]
    /// What it is a consent to.
    public var subject: Subject
    /// False for one that says of itself that it was not verified with the patient.
    public var isVerified: Bool
    /// What it rules.
    public var rule: Rule

    /// Makes the directive.
    public init(
        name: String, version: String, status: ConsentStatus = .active, categories: [Coding] = [],
        identifiers: [BusinessIdentifier] = [], issued: ConsentPeriod? = nil,
        revision: Int64? = nil, replaces: [String] = [], subject: Subject = .privacy,
        isVerified: Bool = true, rule: Rule
    ) {
        self.name = name
        self.version = version
        self.status = status
        self.categories = categories
        self.identifiers = identifiers
        self.issued = issued
        self.revision = revision
        self.replaces = replaces
        self.subject = subject
        self.isVerified = isVerified
        self.rule = rule
    }
}
