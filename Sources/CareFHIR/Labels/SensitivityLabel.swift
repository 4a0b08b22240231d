internal import CareModel

/// Reads and writes labels the short way that tables use: `ETH`, `R`.
enum SensitivityLabel {
    /// The label `text` stands for; nil for one that neither code system has.
    ///
    /// A label with a slip of the pen would protect nothing, so only known ones are taken.
    static func label(_ text: String) -> Coding? {
        if ["R", "V"].contains(text) { return .confidentiality(text) }
        return sensitivities.contains(text)
            ? Coding(system: CodeSystem.actCode, code: text) : nil
    }

    /// The short text of a label; nil for one that has none.
    static func text(of label: Coding) -> String? {
        self.label(label.code) == label ? label.code : nil
    }

    /// v3-ActCode, value set v3-InformationSensitivityPolicy, without its abstract codes.
    private static let sensitivities: Set<String> = [
        "ADOL", "B", "BH", "CEL", "COGN", "DEMO", "DIA", "DOB", "DRGIS", "DVD", "EMOTDIS", "EMP",
        "EMPL", "ETH", "ETHUD", "GDIS", "GENDER", "HIV", "IDS", "LIVARG", "LOCIS", "MARST", "MH",
        "MST", "OPIOIDUD", "PATLOC", "PDS", "PHY", "PREGNANT", "PRS", "PSY", "PSYTHPN", "RACE",
        "REL", "SCA", "SDV", "SEX", "SICKLE", "SPI", "SSP", "STD", "SUD", "TBOO", "VIO", "VIP",
    ]
}
