extension Verdict {
    /// The verdict in words: what decided, by directive, version and rule.
    ///
    /// Names no patient.
    public var explanation: String {
        var text = headline
        for entry in basis { text += " " + entry.explanation }
        if decision == .noConsent || decision == .indeterminate {
            for entry in skipped { text += " " + entry.explanation }
        }
        return text
    }

    private var headline: String {
        switch decision {
        case .permit:
            return obligations.isEmpty
                ? "Permitted by the patient's directives."
                : "Permitted by the patient's directives, with content left out."
        case .deny: return "Refused by the patient's directives."
        case .indeterminate:
            guard outcome == .deny, let implicitPolicy else { return heldHeadline }
            return "Whether a directive permits this cannot be told; "
                + "the implicit policy \(implicitPolicy.rawValue) refuses it."
        case .noConsent:
            guard let implicitPolicy else { return "No directive speaks about this." }
            let word = outcome == .permit ? "permits" : "refuses"
            return "No directive speaks about this; "
                + "the implicit policy \(implicitPolicy.rawValue) \(word) it."
        }
    }
}

extension Verdict {
    private var heldHeadline: String {
        let isDoubt = basis.allSatisfy {
            if case .unreadable = $0.cause { false } else { true }
        }
        return isDoubt
            ? "Held: whether a directive applies cannot be told, an operator must look."
            : "Held: a directive cannot be understood, an operator must look."
    }
}

extension Verdict.Basis {
    /// The entry in words.
    public var explanation: String { "Directive \(directive) version \(version) \(cause.text)." }
}

extension Verdict.Cause {
    fileprivate var text: String {
        switch self {
        case .rule(let effect, let path, let met, let unresolved):
            return ruleText(effect, path: path, met: met, unresolved: unresolved)
        case .nothingCovered(let path):
            return "refuses: nothing of what was asked for is covered at \(path)"
        case .conditionsNotMet(let conditions, let path):
            return "does not apply: \(path) is for another \(conditions.phrase)"
        case .cannotTell(let conditions, let path):
            return "cannot be applied: the \(conditions.phrase) at \(path) cannot be compared"
        case .status(let status): return "does not apply: its status is \(status.rawValue)"
        case .category: return "does not apply: it is of another category"
        case .otherSubject(let what): return "does not apply: it is \(what)"
        case .superseded: return "does not apply: a newer directive has taken its place"
        case .unreadable(let reason): return "cannot be understood: \(reason)"
        }
    }

    private func ruleText(
        _ effect: ConsentEffect, path: String, met: Verdict.Conditions,
        unresolved: Verdict.Conditions
    ) -> String {
        var text = effect == .permit ? "permits" : "refuses"
        text += " at \(path)"
        var reasons: [String] = []
        if !met.isEmpty { reasons.append("the \(met.phrase) \(met.isSingle ? "fits" : "fit")") }
        if !unresolved.isEmpty {
            reasons.append(
                "no exception is certain, as the \(unresolved.phrase) cannot be compared")
        }
        if !reasons.isEmpty { text += ", because " + reasons.joined(separator: " and ") }
        return text
    }
}

extension Verdict.Conditions {
    fileprivate var isSingle: Bool { rawValue.nonzeroBitCount == 1 }
}
