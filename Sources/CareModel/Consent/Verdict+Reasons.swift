extension Verdict {
    /// Says what one directive had to do with a verdict, in a form that programs can show.
    public struct Reason: Hashable, Sendable {
        /// Names a ``Cause`` without what goes with it.
        public enum Kind: String, CaseIterable, Sendable {
            /// A rule of it decided.
            case rule
            /// It covers nothing of what was asked for.
            case nothingCovered = "nothing-covered"
            /// Its conditions do not fit the request.
            case conditions
            /// Whether it applies cannot be told.
            case cannotTell = "cannot-tell"
            /// Its status keeps it out.
            case status
            /// It is of another category, or no privacy directive.
            case category
            /// A newer directive has taken its place.
            case superseded
            /// It could not be understood.
            case unreadable
        }

        /// The directive's name.
        public let directive: String
        /// Its version.
        public let version: String
        /// Whether it had a say.
        public let applies: Bool
        /// What it said; nil if it had no say.
        public let effect: ConsentEffect?
        /// Why.
        public let kind: Kind
        /// Where in the directive; nil if it is about the whole of it.
        public let path: String?
        /// The conditions that fit.
        public let met: Conditions
        /// The conditions that do not fit.
        public let failed: Conditions
        /// The conditions that could not be compared.
        public let unresolved: Conditions
        /// The same in words; names no patient.
        public let text: String
    }

    /// Every directive that was looked at: those that decided first, then those that do not apply.
    public var reasons: [Reason] { (basis + skipped).map { Reason($0) } }
}

extension Verdict.Reason {
    init(_ basis: Verdict.Basis) {
        directive = basis.directive
        version = basis.version
        text = basis.explanation
        kind = basis.cause.kind
        path = basis.cause.path
        switch basis.cause {
        case .rule(let effect, _, let met, let unresolved):
            self.effect = effect
            (self.met, failed, self.unresolved) = (met, [], unresolved)
        case .conditionsNotMet(let conditions, _):
            effect = nil
            (met, failed, unresolved) = ([], conditions, [])
        case .cannotTell(let conditions, _):
            effect = nil
            (met, failed, unresolved) = ([], [], conditions)
        case .nothingCovered:
            effect = .deny
            (met, failed, unresolved) = ([], [], [])
        case .status, .category, .otherSubject, .superseded, .unreadable:
            effect = nil
            (met, failed, unresolved) = ([], [], [])
        }
        applies = effect != nil
    }
}

extension Verdict.Cause {
    /// The cause without what goes with it.
    fileprivate var kind: Verdict.Reason.Kind {
        switch self {
        case .rule: .rule
        case .nothingCovered: .nothingCovered
        case .conditionsNotMet: .conditions
        case .cannotTell: .cannotTell
        case .status: .status
        case .category, .otherSubject: .category
        case .superseded: .superseded
        case .unreadable: .unreadable
        }
    }

    /// Where in the directive it stands.
    fileprivate var path: String? {
        switch self {
        case .rule(_, let path, _, _), .nothingCovered(let path), .conditionsNotMet(_, let path),
            .cannotTell(_, let path):
            path
        case .status, .category, .otherSubject, .superseded, .unreadable: nil
        }
    }
}

extension Verdict.Conditions {
    /// The conditions in words, in a fixed order: time, recipient, sender, role, purpose, action,
    /// scope, verification.
    public var words: [String] {
        var words: [String] = []
        if contains(.period) { words.append("time") }
        if contains(.actor) { words.append("recipient") }
        if contains(.sender) { words.append("sender") }
        if contains(.role) { words.append("role") }
        if contains(.purpose) { words.append("purpose") }
        if contains(.action) { words.append("action") }
        if contains(.scope) { words.append("scope") }
        if contains(.verification) { words.append("verification") }
        return words
    }

    var phrase: String { words.joined(separator: " and ") }
}
