/// Answers a consent request and says what decided.
public struct Verdict: Hashable, Sendable {
    /// Is what the patient's directives say.
    public enum Decision: String, Hashable, Sendable {
        /// They allow it, within the obligations.
        case permit
        /// At least one forbids it.
        case deny
        /// None speaks about it.
        case noConsent = "no-consent"
        /// One that might speak about it cannot be understood.
        case indeterminate
    }

    /// Is what to do.
    public enum Outcome: String, Hashable, Sendable {
        /// Release what the obligations leave.
        case permit
        /// Do not release.
        case deny
        /// Keep it back and tell an operator.
        case hold
    }

    /// What the directives say.
    public let decision: Decision
    /// What to do, after the implicit policy where no directive speaks.
    public let outcome: Outcome
    /// What must be left out, one rule per directive that limits content.
    public let obligations: [Obligation]
    /// The directives that decided, in the order given.
    public let basis: [Basis]
    /// The directives that were looked at and do not apply, in the order given.
    public let skipped: [Basis]
    /// The implicit policy, if it decided.
    public let implicitPolicy: ImplicitPolicy?
    /// Classes the request was limited to; content of others is not covered by a permit.
    public let classes: [Coding]

    /// Makes the verdict.
    public init(
        decision: Decision, outcome: Outcome, obligations: [Obligation] = [], basis: [Basis] = [],
        skipped: [Basis] = [], implicitPolicy: ImplicitPolicy? = nil, classes: [Coding] = []
    ) {
        self.decision = decision
        self.outcome = outcome
        self.obligations = obligations
        self.basis = basis
        self.skipped = skipped
        self.implicitPolicy = implicitPolicy
        self.classes = classes
    }
}

extension Verdict {
    /// Is a directive's rule about content, which the release has to follow.
    public struct Obligation: Hashable, Sendable {
        /// The directive's name.
        public let directive: String
        /// Its version.
        public let version: String
        /// What remains of its rule for this request.
        public let rule: ResidualRule

        /// Makes the obligation.
        public init(directive: String, version: String, rule: ResidualRule) {
            self.directive = directive
            self.version = version
            self.rule = rule
        }
    }

    /// Says what one directive had to do with a verdict, and why.
    public struct Basis: Hashable, Sendable {
        /// The directive's name.
        public let directive: String
        /// Its version.
        public let version: String
        /// Why it decided, or why it does not apply.
        public let cause: Cause

        /// Makes the entry.
        public init(directive: String, version: String, cause: Cause) {
            self.directive = directive
            self.version = version
            self.cause = cause
        }
    }

    /// Is a reason for a verdict.
    public enum Cause: Hashable, Sendable {
        /// The rule at `path` has this effect; what is `unresolved` may make an exception, which
        /// counts for nothing until it is certain.
        case rule(ConsentEffect, path: String, met: Conditions, unresolved: Conditions)
        /// Nothing of what was asked for is covered by the rule at `path`.
        case nothingCovered(path: String)
        /// The root's conditions do not fit the request.
        case conditionsNotMet(Conditions, path: String)
        /// Whether the rule at `path` applies cannot be told, and the answer hangs on it.
        case cannotTell(Conditions, path: String)
        /// Its status keeps it out.
        case status(ConsentStatus)
        /// It is of another category than asked for.
        case category
        /// It is no privacy directive; the text says what it is.
        case otherSubject(String)
        /// A newer directive has taken its place.
        case superseded
        /// It could not be understood.
        case unreadable(String)
    }

    /// Names the conditions of a rule's context, and of the directive as a whole.
    public struct Conditions: OptionSet, Hashable, Sendable {
        /// One bit for each condition.
        public let rawValue: UInt8
        /// Makes the set of those whose bits are set.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The time.
        public static let period = Conditions(rawValue: 1)
        /// The recipient.
        public static let actor = Conditions(rawValue: 2)
        /// The purpose of use.
        public static let purpose = Conditions(rawValue: 4)
        /// What is done with the data.
        public static let action = Conditions(rawValue: 8)
        /// The part an actor has in the release.
        public static let role = Conditions(rawValue: 16)
        /// The sender.
        public static let sender = Conditions(rawValue: 32)
        /// Whether it is a privacy directive at all.
        public static let scope = Conditions(rawValue: 64)
        /// Whether it was verified with the patient.
        public static let verification = Conditions(rawValue: 128)
    }
}

/// Is what remains of a directive's rule once time, recipient, purpose and action are known.
///
/// Where the condition fits a resource, the exceptions are asked: a prohibition among them wins,
/// then a permission, then ``effect``. Where it does not fit, only the exceptions whose stated
/// effect is the rule's own are.
public struct ResidualRule: Hashable, Sendable {
    /// The effect the directive gives the rule, which decides where the enclosing rule does not
    /// fit.
    public let stated: ConsentEffect
    /// The effect on content that fits; nil for none.
    public let effect: ConsentEffect?
    /// Which content it is about.
    public let condition: ContentCondition
    /// The exceptions.
    public let exceptions: [ResidualRule]
    /// Where it stands in the directive.
    public let path: String
    /// Whether a permission inside it lifts this rule only, and not the one around it.
    public let isConfined: Bool

    /// Makes the rule.
    public init(
        stated: ConsentEffect, effect: ConsentEffect?, condition: ContentCondition,
        exceptions: [ResidualRule], path: String, isConfined: Bool = false
    ) {
        self.stated = stated
        self.effect = effect
        self.condition = condition
        self.exceptions = exceptions
        self.path = path
        self.isConfined = isConfined
    }
}
