internal import CareModel

/// Finds out what a Consent is about, of its scope (R4) and its categories (R4 and R5).
///
/// Only a privacy directive permits or refuses. What might be one counts against a release and
/// never for it.
struct ConsentSubject {
    /// Names what a consent may be about.
    private enum Topic: Hashable {
        case privacy
        case research
        case treatment
        case advanceCare

        var words: String {
            switch self {
            case .privacy: "a privacy directive"
            case .research: "a consent to research"
            case .treatment: "a consent to be treated"
            case .advanceCare: "an advance care directive"
            }
        }
    }

    /// The codings of `scope`; nil if there is none.
    let scope: [Coding]?
    let categories: [Coding]
    let isR5: Bool

    /// What the consent is about, as far as scope and categories tell.
    ///
    /// R5 has no scope and requires no category, which is there to find consents by. It says that a
    /// Consent permits or denies recipients to perform actions for purposes and periods: without a
    /// category that is what it is. No action and no purpose of its value sets is of another kind.
    var subject: ConsentDirective.Subject {
        let filed = Set(categories.compactMap { Self.topic($0) })
        if let scope {
            let topics = Set(scope.compactMap { Self.topic(ofScope: $0) })
            guard topics.count == 1, let topic = topics.first else {
                return .unclear("a consent whose scope is not understood")
            }
            let isContradicted =
                topic == .privacy
                ? !filed.isEmpty && !filed.contains(.privacy) : filed.contains(.privacy)
            guard !isContradicted else {
                return .unclear("a consent whose scope and category contradict each other")
            }
            return topic == .privacy ? .privacy : .other(topic.words)
        }
        if filed == [.privacy] { return .privacy }
        guard filed.isEmpty else {
            return filed.contains(.privacy)
                ? .unclear("a consent whose categories contradict one another")
                : .other(filed.map(\.words).sorted().joined(separator: " and "))
        }
        // The examples of R5 file privacy directives under LOINC's code for any consent.
        let isFiledAsAny = categories.allSatisfy {
            $0 == Coding(system: "http://loinc.org", code: "59284-0")
        }
        guard isR5, isFiledAsAny else {
            return .unclear("a consent that does not say what it is about")
        }
        return .privacy
    }

    private static func topic(ofScope coding: Coding) -> Topic? {
        guard coding.system == CodeSystem.scope else { return nil }
        return switch coding.code {
        case "patient-privacy": .privacy
        case "research": .research
        case "treatment": .treatment
        case "adr": .advanceCare
        default: nil
        }
    }

    /// What a category says; nil for one that says nothing of it, such as LOINC 59284-0, any
    /// consent.
    private static func topic(_ coding: Coding) -> Topic? {
        switch coding.system {
        case CodeSystem.scope: return topic(ofScope: coding)
        case CodeSystem.actCode:
            switch coding.code {
            case "EMRGONLY", "ICOL", "IDSCL", "INFA", "INFAO", "INFASO", "IRDSCL", "OPTIN",
                "OPTINR", "OPTOUT", "OPTOUTE":
                return .privacy
            case "RESEARCH", "RSDID", "RSREID": return .research
            default: return nil
            }
        case CodeSystem.category:
            switch coding.code {
            case "emrgonly": return .privacy
            case "research", "rsdid", "rsreid": return .research
            case "acd", "dnr", "hcd", "polst": return .advanceCare
            default: return nil
            }
        case "http://loinc.org":
            switch coding.code {
            case "57016-8", "57017-6", "64292-6": return .privacy
            case "42348-3": return .advanceCare
            default: return nil
            }
        default: return nil
        }
    }
}
