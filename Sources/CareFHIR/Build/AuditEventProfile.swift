internal import CareModel

/// Names the profiles of IHE BALP 1.1.4 that an event can meet.
///
/// The patterns for reading and searching (PatientRead, PatientQuery) are for RESTful interactions,
/// which this broker has none of.
enum AuditEventProfile: String {
    /// Of one who lets data go.
    case disclosureSource = "IHE.BasicAudit.PrivacyDisclosure.Source"
    /// Of one who receives data.
    case disclosureRecipient = "IHE.BasicAudit.PrivacyDisclosure.Recipient"
    /// Of one who decides by consent.
    case consentDecision = "IHE.BasicAudit.AuthZconsent"

    /// The profile whose required parts `event` has; nil for none.
    init?(_ event: AuditEvent) {
        guard event.patient != nil else { return nil }
        let hasData = event.message != nil || event.delivery != nil || event.referral != nil
        switch event.kind {
        case .disclosureSent where event.recipient != nil && hasData: self = .disclosureSource
        case .disclosureReceived where event.agent != nil && hasData: self = .disclosureRecipient
        case .consentDecided
        where event.agent != nil && event.organisation != nil && !event.directives.isEmpty:
            self = .consentDecision
        default: return nil
        }
    }

    /// The profile's canonical URL.
    var url: String { "https://profiles.ihe.net/ITI/BALP/StructureDefinition/" + rawValue }
}

extension AuditEvent {
    /// The directives that the rule names, each once.
    ///
    /// The rule is one directive's name, or a verdict's explanation, in which each follows the word
    /// "Directive".
    var directives: [ConsentID] {
        switch kind {
        case .consentDecided, .consentChecked, .consentRecorded, .consentRevoked, .disclosureSent,
            .disclosureWithheld, .disclosureRecalled:
            break
        default: return []
        }
        var found: [ConsentID] = []
        let words = (rule ?? "").split(separator: " ")
        for (place, word) in words.enumerated() where word.utf8.count == 36 {
            guard words.count == 1 || place > 0 && words[place - 1] == "Directive" else { continue }
            guard let directive = ConsentID(word), !found.contains(directive) else { continue }
            found.append(directive)
        }
        return found
    }
}
