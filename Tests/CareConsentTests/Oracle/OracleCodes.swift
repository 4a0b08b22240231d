/// The code systems that a privacy directive speaks in, as far as a referral needs them.
enum OracleCodes {
    static let terminology = "http://terminology.hl7.org/CodeSystem/"
    static let participation = terminology + "v3-ParticipationType"
    static let reasons = terminology + "v3-ActReason"
    static let actions = terminology + "consentaction"
    static let scopes = terminology + "consentscope"
    static let categories = terminology + "consentcategorycodes"
    static let confidentiality = terminology + "v3-Confidentiality"
    static let acts = terminology + "v3-ActCode"
    static let resourceTypes = "http://hl7.org/fhir/resource-types"
    static let loinc = "http://loinc.org"

    /// v3-ActReason below PurposeOfUse: child to parent (HL7/UTG v3-ActReason).
    static let reasonParents: [String: String] = {
        let tree: [String: [String]] = [
            "PurposeOfUse": [
                "HMARKT", "HOPERAT", "HPAYMT", "HRESCH", "PATRQT", "PUBHLTH", "TREAT",
            ],
            "HOPERAT": [
                "CAREMGT", "DONAT", "FRAUD", "GOV", "HACCRED", "HCOMPL", "HDECD", "HDIRECT", "HDM",
                "HLEGAL", "HOUTCOMS", "HPRGRP", "HQUALIMP", "HSYSADMIN", "MEMADMIN", "MILCDM",
                "PATADMIN", "PATSFTY", "PERFMSR", "RECORDMGT", "SYSDEV", "TRAIN",
            ],
            "HPAYMT": ["CLMATTCH", "COVAUTH", "COVERAGE", "REMITADV"],
            "HRESCH": ["BIORCH", "CLINTRCH", "DSRCH", "POARCH", "TRANSRCH"],
            "PATRQT": ["FAMRQT", "PWATRNY", "SUPNWK"],
            "PUBHLTH": ["DISASTER", "THREAT"],
            "TREAT": ["CLINTRL", "COC", "ETREAT", "POPHLTH", "TREATDS"],
            "ETREAT": ["BTG", "ERTREAT"],
        ]
        var parents: [String: String] = [:]
        for (parent, children) in tree { for child in children { parents[child] = parent } }
        return parents
    }()

    /// U < L < M < N < R < V.
    static let levels = ["U", "L", "M", "N", "R", "V"]

    /// Sensitivity codes below another (HL7/UTG v3-ActCode).
    static let sensitivityParents = ["ETHUD": "SUD", "OPIOIDUD": "SUD"]

    static func isOrIsUnder(_ code: String, _ ancestor: String, in parents: [String: String])
        -> Bool
    {
        var current: String? = code
        while let code = current {
            if code == ancestor { return true }
            current = parents[code]
        }
        return false
    }
}

extension TwoValuedConsent {
    /// Does this purpose of a provision cover one of the purposes asked for? The code itself or
    /// one under it; break-glass only by its own name.
    func covers(_ purpose: OracleJSON) -> Bool {
        request.items("purposeOfUse").contains { covers(purpose, $0) }
    }

    private func covers(_ rule: OracleJSON, _ asked: OracleJSON) -> Bool {
        let doubt = "\(rule.canonical) covers \(asked.canonical)"
        guard let code = rule.text("code"), let system = rule.text("system"),
            let askedCode = asked.text("code"), let askedSystem = asked.text("system")
        else { return open(.purpose, doubt) }
        // No relation is defined between the codes of two systems.
        guard system == askedSystem else { return false }
        if code == askedCode { return true }
        guard system == OracleCodes.reasons else { return open(.purpose, doubt) }
        let isKnown = { (code: String) in
            code == "PurposeOfUse" || OracleCodes.reasonParents[code] != nil
        }
        guard isKnown(code), isKnown(askedCode) else {
            return faults.contains(.unknownPurposeIsNone) ? false : open(.purpose, doubt)
        }
        if askedCode == "BTG" && !faults.contains(.treatmentCoversBreakGlass) { return false }
        if faults.contains(.purposesAreExact) { return false }
        return OracleCodes.isOrIsUnder(askedCode, code, in: OracleCodes.reasonParents)
    }

    /// Is this action one of a release? A release is `access` and `disclose` (CLP-1, section 11).
    func isRelease(_ action: OracleJSON) -> Bool {
        let codings = action.items("coding")
        let known = codings.filter { $0.text("system") == OracleCodes.actions }.compactMap {
            $0.text("code")
        }
        let release = readings.releaseIsAccess ? ["access"] : ["access", "disclose"]
        if known.contains(where: { release.contains($0) }) { return true }
        if readings.releaseIsAccess { return open(.action, action.canonical) }
        if known.contains(where: { ["collect", "use", "correct"].contains($0) }) { return false }
        return faults.contains(.unknownActionIsNone) ? false : open(.action, action.canonical)
    }

    /// Is this a privacy directive, which alone says who may see what? R4 says so in `scope`
    /// (consentscope), R5 in `category`.
    func isPrivacyDirective(_ consent: OracleJSON) -> Bool {
        if faults.contains(.everyScopeCounts) { return true }
        let codings: [OracleJSON]
        if Self.isR5(consent) {
            codings = consent.items("category").flatMap { $0.items("coding") }
        } else {
            codings = consent["scope"]?.items("coding") ?? []
        }
        let kinds = codings.map { Self.isPrivacy($0) }
        if kinds.contains(true) { return true }
        if !kinds.isEmpty && kinds.allSatisfy({ $0 == false }) { return false }
        let own = codings.map(\.canonical).sorted().joined()
        return open(.kind, "\(consent.text("id") ?? "?") is a privacy directive \(own)")
    }

    private static func isPrivacy(_ coding: OracleJSON) -> Bool? {
        let privacy = [
            OracleCodes.scopes: ["patient-privacy"],
            // Consent document, privacy policy acknowledgement, release of information.
            OracleCodes.loinc: ["59284-0", "57016-8", "57017-6", "64292-6"],
            OracleCodes.acts: ["INFA", "INFASO", "IDSCL", "INFACCESS", "EMRGONLY"],
            OracleCodes.categories: ["emrgonly", "npp"],
        ]
        let other = [
            OracleCodes.scopes: ["research", "treatment", "adr"],
            OracleCodes.categories: ["acd", "dnr", "hcd", "polst", "research", "rsdid", "rsreid"],
        ]
        guard let system = coding.text("system"), let code = coding.text("code") else { return nil }
        if privacy[system]?.contains(code) == true { return true }
        if other[system]?.contains(code) == true { return false }
        return nil
    }
}
