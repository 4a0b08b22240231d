internal import CareFHIR
internal import CareModel

/// Lays out for a person what consent would decide, and why.
struct DecisionView {
    let decision: ConsentAdvice
    /// Who would get the data.
    let recipient: Mailbox
    /// The alias.
    let patient: String

    /// The lines to print: the verdict, each directive, what would change it.
    func lines(style: Style) -> [String] {
        verdict(style) + directives(style) + remedies(style) + override(style)
    }

    private func verdict(_ style: Style) -> [String] {
        let tone: Tone = decision.effective == "permit" ? .good : .bad
        let limits = decision.limitsContent ? ", but not all content" : ""
        return [
            "\(recipient.spoken): \(style.paint(plain(decision.effective), tone))\(limits)",
            "  What decided  \(plain(decision.rule))",
        ]
    }

    private func directives(_ style: Style) -> [String] {
        guard !decision.reasons.isEmpty else {
            return decision.basis.map { "  Directive     \(plain($0))" }
        }
        var lines = ["", style.paint("Directives that were looked at:", .strong)]
        for reason in decision.reasons {
            let id = reason.consent?.description ?? "a directive without an id"
            let (words, tone) = Self.verdict(of: reason)
            lines.append("  \(id) version \(reason.version): \(style.paint(words, tone))")
            if !reason.text.isEmpty { lines.append("    \(plain(reason.text))") }
            lines += conditions(of: reason)
        }
        return lines
    }

    /// What one directive came to.
    ///
    /// Only of what certainly has no say it is said that it does not apply.
    private static func verdict(of reason: ConsentAdvice.Reason) -> (String, Tone) {
        guard !reason.applies else {
            return reason.effect == "permit" ? ("permits", .good) : ("forbids", .bad)
        }
        switch Verdict.Reason.Kind(rawValue: reason.cause) {
        case .conditions, .status, .category, .superseded: return ("does not apply", .faint)
        case .unreadable: return ("cannot be understood, so it holds back", .bad)
        case .cannotTell, .rule, .nothingCovered, nil: return ("cannot be told", .bad)
        }
    }

    private func conditions(of reason: ConsentAdvice.Reason) -> [String] {
        let groups = [
            ("Fits", reason.met), ("Does not fit", reason.failed),
            ("Cannot be compared", reason.unresolved),
        ]
        return groups.filter { !$0.1.isEmpty }.map { title, conditions in
            "    \(title): \(plain(conditions.joined(separator: ", ")))"
        }
    }

    private func remedies(_ style: Style) -> [String] {
        var remedies = decision.remedies
        if remedies.isEmpty, decision.effective != "permit" {
            remedies = ["A directive that permits it, recorded with `careloop consent put`."]
        }
        guard !remedies.isEmpty else { return [] }
        return ["", style.paint("What would change it:", .strong)]
            + remedies.map { "  \(plain($0))" }
    }

    private func override(_ style: Style) -> [String] {
        guard decision.effective != "permit", let breakGlass = decision.breakGlass else {
            return []
        }
        guard breakGlass == "permit" else {
            return ["", "Even breaking the glass would not permit it."]
        }
        return [
            "",
            "In an emergency, who has the role for it may break the glass: "
                + "`careloop break-glass \(patient)`",
        ]
    }

    private func plain(_ text: String) -> String { PlainText.line(text) }
}
