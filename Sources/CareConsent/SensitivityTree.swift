internal import CareModel

/// Knows which sensitivities are kinds of others (HL7 v3-ActCode), and which may be.
///
/// A rule about a sensitivity is about its kinds. HL7 has most of them side by side below SPI; what
/// their definitions suggest beyond that leaves doubt.
enum SensitivityTree {
    /// `labels` with those that HL7 makes each a kind of.
    static func widened(_ labels: [Coding]) -> Set<Coding> { add(kinds, to: labels) }

    /// `labels` with those that each may be a kind of.
    static func perhaps(_ labels: [Coding]) -> Set<Coding> { add(wider, to: labels) }

    private static func add(_ table: [String: [String]], to labels: [Coding]) -> Set<Coding> {
        var widened = Set(labels)
        for label in labels where label.system == CodeSystem.actCode {
            for code in table[label.code] ?? [] {
                widened.insert(Coding(system: CodeSystem.actCode, code: code))
            }
        }
        return widened
    }

    private static let kinds = ["ETHUD": ["SUD"], "OPIOIDUD": ["SUD"]]

    /// All wider sensitivities of each, not only the next.
    private static let wider: [String: [String]] = [
        "BH": ["SPI"],
        "COGN": ["BH", "SPI"],
        "DVD": ["BH", "SPI"],
        "EMOTDIS": ["MH", "BH", "SPI"],
        "MH": ["BH", "SPI"],
        "PSY": ["MH", "BH", "SPI"],
        "PSYTHPN": ["PSY", "MH", "BH", "SPI"],
        "ETH": ["SUD", "BH", "SPI"],
        "SUD": ["ETH", "BH", "SPI"],
        "ETHUD": ["SUD", "ETH", "BH", "SPI"],
        "OPIOIDUD": ["SUD", "ETH", "BH", "SPI"],
        "HIV": ["STD"],
        "SICKLE": ["SCA", "GDIS"],
        "SCA": ["SICKLE", "GDIS"],
        "MST": ["SDV", "VIO"],
        "SDV": ["VIO"],
        "PREGNANT": ["SEX"],
        "DOB": ["DEMO"],
        "GENDER": ["DEMO"],
        "LIVARG": ["DEMO"],
        "MARST": ["DEMO"],
        "PATLOC": ["DEMO"],
        "RACE": ["DEMO"],
        "REL": ["DEMO"],
    ]
}
