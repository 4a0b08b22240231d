/// Says which way a rule goes.
public enum ConsentEffect: String, Hashable, Sendable {
    /// Allows.
    case permit
    /// Forbids.
    case deny

    /// The other one.
    public var opposite: ConsentEffect { self == .permit ? .deny : .permit }
}

/// Points at particular data (FHIR `Consent.provision.data`).
public struct ConsentData: Hashable, Sendable {
    /// Says how data relates to what is pointed at.
    public enum Meaning: Hashable, Sendable {
        /// The resource itself.
        case instance
        /// The resource and those linked with it.
        case related
        /// The resource and those that refer to it.
        case dependents
        /// What that person or organisation wrote.
        case authoredBy
        /// A code the reader does not know.
        case unknown(String)

        /// The FHIR code.
        public var code: String {
            switch self {
            case .instance: "instance"
            case .related: "related"
            case .dependents: "dependents"
            case .authoredBy: "authoredby"
            case .unknown(let code): code
            }
        }
    }

    /// How data relates to the target.
    public let meaning: Meaning
    /// What is pointed at.
    public let target: ConsentActor

    /// Makes the pointer.
    public init(meaning: Meaning, target: ConsentActor) {
        self.meaning = meaning
        self.target = target
    }
}

/// Says which content a provision is about; every attribute that is given must fit.
public struct ContentCondition: Hashable, Sendable {
    /// Labels, any of which fits.
    public var securityLabels: [Coding]
    /// Classes, any of which fits.
    public var classes: [Coding]
    /// Types of documents (R5), any of which fits.
    public var documentTypes: [Coding] = []
    /// Codes, any of which fits.
    public var codes: [Coding]
    /// Particular data, any of which fits.
    public var data: [ConsentData]
    /// When the content was made or observed.
    public var dataPeriod: ConsentPeriod?
    /// A further condition that cannot be evaluated here, as the source words it (R5
    /// `expression`).
    public var expression: String?

    /// Makes the condition; without arguments it fits all content.
    public init(
        securityLabels: [Coding] = [], classes: [Coding] = [], codes: [Coding] = [],
        data: [ConsentData] = [], dataPeriod: ConsentPeriod? = nil
    ) {
        self.securityLabels = securityLabels
        self.classes = classes
        self.codes = codes
        self.data = data
        self.dataPeriod = dataPeriod
    }

    /// Whether it fits all content.
    public var isEmpty: Bool {
        securityLabels.isEmpty && classes.isEmpty && documentTypes.isEmpty && codes.isEmpty
            && data.isEmpty && dataPeriod == nil && expression == nil
    }
}

/// Is one rule of a directive with its exceptions (FHIR `Consent.provision`).
///
/// Actor, purpose, action and period are its context; the content condition says what it is about.
/// A coding without a code stands for one the reader could not read: it cannot be compared.
public struct ConsentProvision: Hashable, Sendable {
    /// The effect the source states; nil lets it be the opposite of its parent's.
    public var type: ConsentEffect?
    /// When the rule holds.
    public var period: ConsentPeriod?
    /// Who it concerns; empty for everybody.
    public var actors: [ConsentActor]
    /// Why data is used; empty for any purpose.
    public var purposes: [Coding]
    /// What is done; empty for anything.
    public var actions: [Coding]
    /// What content it is about.
    public var content: ContentCondition
    /// The exceptions.
    public var provisions: [ConsentProvision]
    /// Where it stands in the source, such as `provision.provision[1]`.
    public var path: String

    /// Makes the rule.
    public init(
        type: ConsentEffect? = nil, period: ConsentPeriod? = nil, actors: [ConsentActor] = [],
        purposes: [Coding] = [], actions: [Coding] = [], content: ContentCondition = .init(),
        provisions: [ConsentProvision] = [], path: String = "provision"
    ) {
        self.type = type
        self.period = period
        self.actors = actors
        self.purposes = purposes
        self.actions = actions
        self.content = content
        self.provisions = provisions
        self.path = path
    }
}
