internal import CareModel

/// Knows which sensitivities are wider than others, so that a prohibition of the wider one reaches
/// what is labelled with the narrower one only.
///
/// HL7 v3-ActCode has most of them side by side below SPI; the rest follows from their definitions.
/// In doubt a label counts as wider: that only keeps more back. A permission reaches no narrower
/// label, as someone who may see psychiatric content may not see psychotherapy notes.
enum SensitivityTree {
    /// `labels` with the wider ones of each.
    static func widened(_ labels: [Coding]) -> Set<Coding> {
        var widened = Set(labels)
        for label in labels where label.system == CodeSystem.actCode {
            for code in wider[label.code] ?? [] {
                widened.insert(Coding(system: CodeSystem.actCode, code: code))
            }
        }
        return widened
    }

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
