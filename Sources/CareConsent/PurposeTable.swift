internal import CareModel

/// Knows which purpose of use is a kind of which (HL7 v3-ActReason, below PurposeOfUse).
enum PurposeTable {
    /// The purposes that cover `purpose`: itself and what it is a kind of.
    ///
    /// Break-glass stands alone. HL7 lists it under treatment, so that plain subsumption would let
    /// every directive about treatment permit an override of directives.
    static func covering(_ purpose: Coding) -> [Coding] {
        let own = purpose.canonical
        guard own.system == CodeSystem.purpose, own != .breakGlass else { return [own] }
        var covering = [own]
        var code = own.code
        while let parent = parents[code] {
            covering.append(.purpose(parent))
            code = parent
        }
        return covering
    }

    /// Whether `purpose` has a place among the others; codes of other systems have one of their
    /// own.
    static func knows(_ purpose: Coding) -> Bool {
        guard !purpose.code.isEmpty else { return false }
        guard purpose.canonical.system == CodeSystem.purpose else {
            return !purpose.system.isEmpty
        }
        return purpose.code == root || parents[purpose.code] != nil
    }

    private static let root = "PurposeOfUse"

    private static let parents: [String: String] = {
        let children: [(parent: String, codes: [String])] = [
            (
                root,
                ["HMARKT", "HOPERAT", "HPAYMT", "HRESCH", "PATRQT", "PUBHLTH", "TREAT"]
            ),
            ("TREAT", ["CLINTRL", "COC", "ETREAT", "POPHLTH"]),
            ("ETREAT", ["BTG", "ERTREAT"]),
            (
                "HOPERAT",
                [
                    "CAREMGT", "DONAT", "FRAUD", "GOV", "HACCRED", "HCOMPL", "HDECD", "HDIRECT",
                    "HDM", "HLEGAL", "HOUTCOMS", "HPRGRP", "HQUALIMP", "HSYSADMIN", "HTEST",
                    "LABELING", "MEMADMIN", "METAMGT", "MILCDM", "PATADMIN", "PATSFTY", "PERFMSR",
                    "RECORDMGT", "SYSDEV", "TRAIN",
                ]
            ),
            ("HPAYMT", ["CLMATTCH", "COVAUTH", "COVERAGE", "REMITADV"]),
            ("COVERAGE", ["ELIGDTRM", "ELIGVER", "ENROLLM", "MILDCRG"]),
            ("HRESCH", ["BIORCH", "CLINTRCH", "DSRCH", "POARCH", "TRANSRCH"]),
            ("CLINTRCH", ["CLINTRCHNPC", "CLINTRCHPC", "PRECLINTRCH"]),
            ("PATRQT", ["FAMRQT", "PWATRNY", "SUPNWK"]),
            ("PUBHLTH", ["DISASTER", "THREAT"]),
        ]
        var parents: [String: String] = [:]
        for (parent, codes) in children {
            for code in codes { parents[code] = parent }
        }
        return parents
    }()
}

extension Coding {
    /// The code with the usual URI of its system.
    var canonical: Coding {
        // Most are written the usual way, which is quickly seen.
        if system == CodeSystem.purpose || system == CodeSystem.action { return self }
        return Coding(system: CodeSystem.canonical(system), code: code)
    }
}
