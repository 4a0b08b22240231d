extension Verdict {
    /// What would let go what this verdict keeps back, in sentences for people; empty if it keeps
    /// nothing back.
    ///
    /// Nothing here goes round the patient: each way leads through what the patient agrees to, or
    /// through the operator where the deployment's own policy decides. Names no patient.
    public var remedies: [String] {
        switch decision {
        case .permit: return obligations.map(\.remedy)
        case .deny, .indeterminate: return basis.compactMap(\.remedy)
        case .noConsent:
            guard outcome != .permit else { return [] }
            return [Self.recordOne] + skipped.compactMap(\.remedy) + policyRemedies
        }
    }

    private static let recordOne =
        "If the patient agrees to this, record that with `careloop consent put`."

    private var policyRemedies: [String] {
        guard let implicitPolicy else { return [] }
        return [
            "Where patients have said nothing, this broker goes by its policy "
                + "\(implicitPolicy.rawValue). Only its operator can change that."
        ]
    }
}

extension Verdict.Obligation {
    fileprivate var remedy: String {
        "Directive \(directive) version \(version) lets only part of a document go (see "
            + "\(rule.path)). If the patient wants more to be sent, have a version recorded that "
            + "permits it."
    }
}

extension Verdict.Basis {
    /// What would make it stand in the way no longer; nil if it does not stand in the way, or if
    /// another one does in its place.
    fileprivate var remedy: String? {
        switch cause {
        case .rule(.permit, _, _, _), .superseded: nil
        case .rule(.deny, let path, _, let unresolved):
            unresolved.isEmpty ? forbids(path) : cannotTell(path, unresolved)
        case .nothingCovered(let path):
            "\(name) permits nothing of this (see \(path)). If the patient agrees to more, have a "
                + "version recorded that permits it."
        case .conditionsNotMet(let conditions, _):
            "\(name) is for another \(conditions.phrase) and does not count here. If the patient "
                + "wants it to permit this, have a version recorded that \(conditions.extension)."
        case .cannotTell(let conditions, let path): cannotTell(path, conditions)
        case .status(let status): remedy(for: status)
        case .category:
            "\(name) is a consent to something else, by its category. If it is meant for this, "
                + "have it recorded with the category of a privacy consent."
        case .otherSubject(let what):
            "\(name) is \(what), which decides nothing here. If it is meant for this, have it "
                + "recorded as a privacy directive: scope patient-privacy."
        case .unreadable(let reason):
            "\(name) cannot be understood: \(reason). Nothing goes until it can be. Have it "
                + "recorded again, or withdrawn if the patient no longer wants it."
        }
    }

    private var name: String { "Directive \(directive) version \(version)" }

    private func forbids(_ path: String) -> String {
        "\(name) forbids this (see \(path)). Only the patient can change that. If they have changed "
            + "their mind, have a new version recorded by those who recorded it."
    }

    private func cannotTell(_ path: String, _ unresolved: Verdict.Conditions) -> String {
        "What \(name) says of this cannot be told: the \(unresolved.phrase) (see \(path)) cannot "
            + "be compared. Have a version recorded that \(unresolved.clarification)."
    }

    private func remedy(for status: ConsentStatus) -> String {
        switch status {
        case .draft, .proposed:
            "\(name) is not in force: it is \(status == .draft ? "a draft" : "a proposal"). Once "
                + "the patient has agreed, have it recorded as active."
        default:
            "\(name) is not in force: its status is \(status.rawValue). If the patient agrees "
                + "again, have a version recorded that is active."
        }
    }
}

extension Verdict.Conditions {
    /// What a version that fits the request would do.
    fileprivate var `extension`: String {
        joined([
            (.period, "holds now"), (.actor, "names this recipient"),
            (.sender, "names this sender"), (.role, "gives this role"),
            (.purpose, "names this purpose"), (.action, "names this action"),
        ])
    }

    /// What a version that can be compared would do.
    fileprivate var clarification: String {
        joined([
            (.period, "gives its dates with a time zone"),
            (.actor, "names the recipient as `careloop directory` does"),
            (.sender, "names the sender as `careloop directory` does"),
            (.role, "gives each actor a role of HL7 v3-ParticipationType, such as IRCP or CST"),
            (.purpose, "takes its purpose from HL7 v3-ActReason"),
            (.action, "takes its action from HL7 consentaction"),
            (.scope, "is a privacy directive by scope and category (patient-privacy)"),
            (.verification, "was verified with the patient"),
        ])
    }

    private func joined(_ texts: [(Verdict.Conditions, String)]) -> String {
        texts.filter { contains($0.0) }.map(\.1).joined(separator: " and ")
    }
}
