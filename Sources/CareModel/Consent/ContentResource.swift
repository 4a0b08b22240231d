/// Is what a consent rule must know of one resource, and nothing else of it.
public struct ContentResource: Hashable, Sendable {
    /// The FHIR resource type.
    public var type: String
    /// The names it goes by: `Type/id` and its full URL.
    public var references: [String]
    /// Security labels (`meta.security`), its own and those of what it contains.
    public var securityLabels: [Coding]
    /// Whether a table of labels knows what every concept in it is about: then a sensitivity that
    /// is not among the labels is absent, and only the level of confidentiality is in doubt.
    public var wasLabelled = false
    /// Its type, profiles and document classes.
    public var classes: [Coding]
    /// What it is about (`code`, `type`, `category` …).
    public var codes: [Coding]
    /// When it was made or observed; nil if it does not say.
    public var period: ConsentPeriod?
    /// References to those who wrote it.
    public var authors: [String]
    /// All other references it makes.
    public var related: [String]

    /// Makes the description.
    public init(
        type: String, references: [String] = [], securityLabels: [Coding] = [],
        classes: [Coding] = [], codes: [Coding] = [], period: ConsentPeriod? = nil,
        authors: [String] = [], related: [String] = []
    ) {
        self.type = type
        self.references = references
        self.securityLabels = securityLabels
        self.classes = classes.isEmpty ? [.resourceType(type)] : classes
        self.codes = codes
        self.period = period
        self.authors = authors
        self.related = related
    }
}
