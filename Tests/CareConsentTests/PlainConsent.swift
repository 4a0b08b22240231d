import CareModel

/// Is a code the way a directive writes it; an element left out is nil.
struct PlainCode: Hashable {
    var system: String?
    var code: String?
}

/// Is an identifier the way a directive writes it.
struct PlainIdentifier: Hashable {
    var system: String?
    var value: String
}

/// Is a FHIR Reference.
struct PlainReference: Hashable {
    var reference: String?
    var identifier: PlainIdentifier?
}

/// Is a FHIR Period, in the words of the source.
struct PlainPeriod: Hashable {
    var start: String?
    var end: String?
}

/// Points at particular data.
struct PlainData: Hashable {
    var meaning: String
    var target: PlainReference
}

/// Is a resource that a directive contains: a Group or an organisation.
struct PlainContained: Hashable {
    struct Member: Hashable {
        var entity: PlainReference
        var period: PlainPeriod?
        var isInactive = false
    }

    var id: String
    var type: String
    var identifiers: [PlainIdentifier] = []
    var members: [Member] = []
    /// Whether the Group is described by what its members have in common.
    var isDescribed = false
}

/// Is a provision with its exceptions.
struct PlainProvision: Hashable {
    var type: ConsentEffect?
    var period: PlainPeriod?
    /// Nil stands for an actor of whom only the role is given.
    var actors: [PlainReference?] = []
    var purposes: [PlainCode] = []
    var actions: [PlainCode] = []
    var labels: [PlainCode] = []
    var classes: [PlainCode] = []
    var codes: [PlainCode] = []
    var data: [PlainData] = []
    var dataPeriod: PlainPeriod?
    var exceptions: [PlainProvision] = []

    /// Whether it says which content it is about.
    var looksAtContent: Bool {
        !labels.isEmpty || !classes.isEmpty || !codes.isEmpty || !data.isEmpty || dataPeriod != nil
    }
}

/// Is a Consent resource as its author meant it.
struct PlainConsent: Hashable {
    /// Says how the directive states its base.
    enum Dialect: Hashable {
        /// R4 as IHE PCF writes it: the root provision has a type.
        case typedRoot
        /// R4 with `policyRule` OPTIN or OPTOUT, to which the root provision is an exception.
        case policyRule
        /// R5: `decision` and a list of exceptions.
        case decision
    }

    var id: String
    var version: String?
    var status = "active"
    var categories: [PlainCode] = []
    var scope: PlainCode?
    var identifiers: [PlainIdentifier] = []
    var dateTime: String?
    var replaces: String?
    var dialect = Dialect.typedRoot
    var base = ConsentEffect.permit
    /// The root provision; in R5 only its period and its exceptions count.
    var root = PlainProvision()
    var contained: [PlainContained] = []
    /// An element, as JSON, that makes the directive one that cannot be understood.
    var flaw: String?
}

/// Is all one answer depends on.
struct PlainQuestion: Hashable {
    var consents: [PlainConsent]
    var request: ConsentRequest
    var content: [ContentResource]
    var policy: ImplicitPolicy
}

/// Is what is compared of two answers.
struct PlainAnswer: Hashable {
    var decision: Verdict.Decision
    var outcome: Verdict.Outcome
    var released: [Bool]
}
