/// Says in plain words what values of modifier elements mean.
enum CaveatWords {
    /// `code` of `element`, as a person would say it.
    static func words(_ element: String, _ code: String, type: String) -> String {
        if code == "entered-in-error" { return "entered in error" }
        switch (element, code) {
        case ("doNotPerform", "true"), ("prohibited", "true"), ("doNotGive", "true"):
            return notToBe(type)
        case ("notDone", "true"), ("notPerformed", "true"), ("status", "not-done"):
            return "NOT done"
        case ("notGiven", "true"), ("wasNotGiven", "true"): return "NOT given"
        case ("notTaken", "true"), ("wasNotTaken", "true"), ("taken", "n"), ("status", "not-taken"):
            return "NOT taken"
        case ("refuted", "true"): return "refuted"
        case ("deleted", "true"): return "NOT on the list any more"
        case ("active", "false"): return "NOT active"
        case ("isSubpotent", "true"): return "too weak a dose"
        case ("adherence", "not-taking"): return "NOT taken"
        case ("adherence", "taking-not-as-directed"): return "taken, but NOT as directed"
        case ("adherence", "never"): return "NOT used"
        case ("notConsumed", "true"): return "NOT consumed"
        case ("exclude", "true"): return "whoever has this is NOT in it"
        case ("achievementStatus", "not-achieved"): return "NOT achieved"
        case ("status", "noshow"): return "did not come"
        case ("intent", "proposal"): return "only proposed"
        case ("intent", "plan"): return "only planned"
        case ("intent", "option"): return "only an option"
        case ("mode", "changes"): return "only what has changed"
        case ("actuality", "potential"): return "did NOT happen, only could have"
        case (_, "unknown"): return "\(self.element(element)) unknown"
        case _ where OrdinaryValues.negations.contains(element):
            // What should be a truth value is none: nobody may take it for a yes.
            return "NOT clear whether \(self.element(element)): \(code)"
        case _ where plainStatuses.contains(element): return spaced(code)
        default: return "\(self.element(element)): \(spaced(code))"
        }
    }

    /// A modifier whose value is missing, with the reason.
    static func missing(_ element: String, _ reason: String, type: String) -> String {
        let name = self.element(element)
        return OrdinaryValues.negations.contains(element)
            ? "NOT clear whether \(name): \(reason)" : "\(name) \(reason)"
    }

    private static func notToBe(_ type: String) -> String {
        switch type {
        case "MedicationRequest", "MedicationStatement", "Immunization": "NOT to be given"
        default: "NOT to be done"
        }
    }

    private static let plainStatuses: Set = [
        "status", "clinicalStatus", "verificationStatus", "lifecycleStatus", "participantStatus",
        "docStatus", "forecastStatus", "adherence", "achievementStatus", "flag",
    ]

    /// `do not perform` of `doNotPerform`.
    static func element(_ name: String) -> String {
        var words = ""
        for character in name {
            if character.isUppercase, !words.isEmpty { words.append(" ") }
            words += character.lowercased()
        }
        return words
    }

    /// `on hold` of `on-hold`.
    static func spaced(_ code: String) -> String { code.replacing("-", with: " ") }

    /// For comparing words whatever their case and joints.
    static func folded(_ text: String) -> String {
        String(PlainText.line(text).lowercased().filter { $0.isLetter || $0.isNumber })
    }
}
