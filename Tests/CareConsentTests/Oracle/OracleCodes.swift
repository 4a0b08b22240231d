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
    ///
    /// - Parameter isWhole: whether it stands at the root of a permission.
    func covers(_ purpose: OracleJSON, isWhole: Bool) -> Bool {
        request.items("purposeOfUse").contains { covers(purpose, $0, isWhole) }
    }

    private func covers(_ rule: OracleJSON, _ asked: OracleJSON, _ isWhole: Bool) -> Bool {
        let doubt = "\(rule.canonical) covers \(asked.canonical)"
        guard let code = rule.text("code"), let system = rule.text("system"),
            let askedCode = asked.text("code"), let askedSystem = asked.text("system")
        else { return open(.purpose, doubt) }
        // At the root of a permission a code of HL7 is none of another system (pcf-int-purpose-03).
        // Elsewhere a code nobody knows may be meant.
        let isHL7 = { (code: String) in
            code == "PurposeOfUse" || OracleCodes.reasonParents[code] != nil
        }
        guard system == askedSystem else {
            if isWhole && askedSystem == OracleCodes.reasons && isHL7(askedCode) { return false }
            if faults.contains(.unknownPurposeIsNone) { return false }
            return open(.purpose, doubt)
        }
        if code == askedCode { return true }
        guard system == OracleCodes.reasons else { return open(.purpose, doubt) }
        guard isHL7(code), isHL7(askedCode) else {
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
        if known.contains(where: { ["access", "disclose"].contains($0) }) { return true }
        if known.contains(where: { ["collect", "use", "correct"].contains($0) }) { return false }
        return faults.contains(.unknownActionIsNone) ? false : open(.action, action.canonical)
    }

    /// Is this a privacy directive, which alone says who may see what? R4 says so in `scope`
    /// (consentscope), R5 in `category`, if it has one.
    func isPrivacyDirective(_ consent: OracleJSON) -> Bool {
        if faults.contains(.everyScopeCounts) { return true }
        if faults.contains(.uncategorisedIsNone) && consent["scope"] == nil
            && Self.filed(consent).isEmpty
        {
            return false
        }
        let own = Self.codings(consent["scope"]) + Self.filed(consent)
        let doubt = "\(consent.text("id") ?? "?") \(own.map(\.canonical).sorted().joined())"
        guard let known = Self.isR5(consent) ? Self.isPrivacyR5(consent) : Self.isPrivacyR4(consent)
        else { return open(.kind, doubt) }
        // A modifier that nobody understands may change what the consent is about.
        let isModified = consent.everything.contains { $0["modifierExtension"] != nil }
        return known || isModified && open(.kind, doubt)
    }

    /// The scope says what the consent is about, unless a category says something else.
    private static func isPrivacyR4(_ consent: OracleJSON) -> Bool? {
        guard consent["scope"] != nil else { return agreement(filed(consent)) }
        guard let scope = agreement(codings(consent["scope"])) else { return nil }
        let isContradicted = filed(consent).compactMap { isPrivacy($0) }.contains(!scope)
        let isConfirmed = filed(consent).compactMap { isPrivacy($0) }.contains(scope)
        return isContradicted && !(scope && isConfirmed) ? nil : scope
    }

    /// Without a category, and with LOINC's code for any consent, it is a privacy directive.
    ///
    /// R5: a Consent is what "permits or denies identified recipient(s) or recipient role(s) to
    /// perform one or more actions … for specific purposes and periods"; its category, 0..*, is for
    /// indexing.
    private static func isPrivacyR5(_ consent: OracleJSON) -> Bool? {
        let filed = filed(consent)
        let isPlain = filed.allSatisfy {
            $0.text("system") == OracleCodes.loinc && $0.text("code") == "59284-0"
        }
        return isPlain ? true : agreement(filed)
    }

    private static func filed(_ consent: OracleJSON) -> [OracleJSON] {
        consent.items("category").flatMap { $0.items("coding") }
    }

    private static func codings(_ concept: OracleJSON?) -> [OracleJSON] {
        concept?.items("coding") ?? []
    }

    /// What the known codes say, if they agree.
    private static func agreement(_ codings: [OracleJSON]) -> Bool? {
        let kinds = Set(codings.compactMap { isPrivacy($0) })
        return kinds.count == 1 ? kinds.first : nil
    }

    private static func isPrivacy(_ coding: OracleJSON) -> Bool? {
        let privacy = [
            OracleCodes.scopes: ["patient-privacy"],
            // Privacy policy acknowledgement, release of information.
            OracleCodes.loinc: ["57016-8", "57017-6", "64292-6"],
            OracleCodes.acts: [
                "INFA", "INFAO", "INFASO", "ICOL", "IDSCL", "IRDSCL", "EMRGONLY", "OPTIN", "OPTINR",
                "OPTOUT", "OPTOUTE",
            ],
            OracleCodes.categories: ["emrgonly"],
        ]
        let other = [
            OracleCodes.scopes: ["research", "treatment", "adr"],
            OracleCodes.loinc: ["42348-3"],
            OracleCodes.acts: ["RESEARCH", "RSDID", "RSREID"],
            OracleCodes.categories: ["acd", "dnr", "hcd", "polst", "research", "rsdid", "rsreid"],
        ]
        guard let system = coding.text("system"), let code = coding.text("code") else { return nil }
        if privacy[system]?.contains(code) == true { return true }
        if other[system]?.contains(code) == true { return false }
        return nil
    }
}
