internal import CareModel

extension SensitivityTable {
    /// Is the table a broker begins with; `docs/labels.md` lists it with where it comes from.
    ///
    /// It knows well-known codes only: a deployment extends it with its own systems.
    public static let standard = SensitivityTable(
        rules: substanceUse + mentalHealth + sexualHealth + violence + genetics)

    private static let substanceUse: [Rule] = [
        icd("F10", "ETH SUD ETHUD R", "Alcohol related disorders"),
        icd("F11", "ETH SUD OPIOIDUD R", "Opioid related disorders"),
        icd("F12", "ETH SUD R", "Cannabis related disorders"),
        icd("F13", "ETH SUD R", "Sedative, hypnotic or anxiolytic related disorders"),
        icd("F14", "ETH SUD R", "Cocaine related disorders"),
        icd("F15", "ETH SUD R", "Other stimulant related disorders"),
        icd("F16", "ETH SUD R", "Hallucinogen related disorders"),
        icd("F18", "ETH SUD R", "Inhalant related disorders"),
        icd("F19", "ETH SUD R", "Other psychoactive substance related disorders"),
        snomed("7200002", "ETH SUD ETHUD R", "Alcoholism"),
        snomed("66590003", "ETH SUD ETHUD R", "Alcohol dependence"),
        snomed("15167005", "ETH SUD ETHUD R", "Alcohol abuse"),
        snomed("191816009", "ETH SUD R", "Drug dependence"),
        snomed("6525002", "ETH SUD R", "Dependent drug abuse"),
        snomed("66214007", "ETH SUD R", "Substance abuse"),
        snomed("5602001", "ETH SUD OPIOIDUD R", "Opioid abuse"),
    ]

    private static let mentalHealth: [Rule] = [
        icd("F2", "PSY MH BH R", "F20–F29, schizophrenia and other psychotic disorders"),
        icd("F3", "PSY MH BH R", "F30–F39, mood disorders"),
        icd("F4", "PSY MH BH R", "F40–F48, anxiety, stress-related and somatoform disorders"),
        icd("F5", "PSY MH BH R", "F50–F59, behavioural syndromes"),
        icd("F6", "PSY MH BH R", "F60–F69, disorders of personality and behaviour"),
        snomed("74732009", "PSY MH BH R", "Mental disorder"),
        snomed("58214004", "PSY MH BH R", "Schizophrenia"),
        snomed("13746004", "PSY MH BH R", "Bipolar disorder"),
        snomed("370143000", "PSY MH BH R", "Major depressive disorder"),
        snomed("47505003", "PSY MH BH R", "Posttraumatic stress disorder"),
    ]

    private static let sexualHealth: [Rule] = [
        icd("B20", "HIV STD R", "Human immunodeficiency virus disease"),
        icd("Z21", "HIV STD R", "Asymptomatic HIV infection status"),
        snomed("86406008", "HIV STD R", "Human immunodeficiency virus infection"),
        snomed("165816005", "HIV STD R", "Human immunodeficiency virus detected"),
        snomed("62479008", "HIV STD R", "AIDS"),
        icd("A5", "STD SEX R", "A50–A59, infections with a sexual mode of transmission"),
        icd("A60", "STD SEX R", "Anogenital herpesviral infections"),
        icd("A63", "STD SEX R", "Other predominantly sexually transmitted diseases"),
        icd("A64", "STD SEX R", "Unspecified sexually transmitted disease"),
        snomed("8098009", "STD SEX R", "Sexually transmitted infectious disease"),
        snomed("76272004", "STD SEX R", "Syphilis"),
        snomed("15628003", "STD SEX R", "Gonorrhea"),
        icd("O04", "SEX PREGNANT R", "Complications following induced termination of pregnancy"),
        icd("Z33.2", "SEX PREGNANT R", "Encounter for elective termination of pregnancy"),
        icd("Z72.5", "SEX R", "High risk sexual behavior"),
    ]

    private static let violence: [Rule] = [
        icd("T74", "SDV VIO R", "Abuse, neglect and other maltreatment, confirmed"),
        icd("T76", "SDV VIO R", "Abuse, neglect and other maltreatment, suspected"),
        snomed("706893006", "SDV VIO R", "Victim of intimate partner abuse"),
    ]

    private static let genetics: [Rule] = [
        icd("D57", "SICKLE GDIS R", "Sickle-cell disorders"),
        icd("E84", "GDIS R", "Cystic fibrosis"),
        icd("G10", "GDIS R", "Huntington's disease"),
        snomed("417357006", "SICKLE GDIS R", "Sickling disorder due to hemoglobin S"),
        snomed("190905008", "GDIS R", "Cystic fibrosis"),
        snomed("58756001", "GDIS R", "Huntington's disease"),
    ]

    private static func icd(_ prefix: String, _ labels: String, _ note: String) -> Rule {
        Rule(
            system: CodeSystem.icd10CM, codes: .prefix(prefix), labels: read(labels), note: note)
    }

    private static func snomed(_ code: String, _ labels: String, _ note: String) -> Rule {
        Rule(system: CodeSystem.snomed, codes: .code(code), labels: read(labels), note: note)
    }

    private static func read(_ labels: String) -> [Coding] {
        labels.split(separator: " ").compactMap { SensitivityLabel.label(String($0)) }
    }
}
