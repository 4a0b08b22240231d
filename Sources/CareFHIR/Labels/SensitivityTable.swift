public import CareModel

/// Says which security labels content gets for the codes in it, besides those it came with.
///
/// Labels only add: what arrives as restricted stays so whatever the table says.
public struct SensitivityTable: Hashable, Sendable {
    /// Is one line of the table.
    public struct Rule: Hashable, Sendable {
        /// Says which codes of a system a line is about.
        public enum Codes: Hashable, Sendable {
            /// This one, compared exactly.
            case code(String)
            /// All that begin so, whatever their case and with or without the dot: `F10` is for
            /// F10, F10.1 and f101.
            case prefix(String)
        }

        /// The code system's URI.
        public var system: String
        /// Its codes.
        public var codes: Codes
        /// The labels, the wider ones too: a permission of a label does not reach narrower ones.
        public var labels: [Coding]
        /// What the codes mean, for people.
        public var note: String

        /// Makes the line.
        public init(system: String, codes: Codes, labels: [Coding], note: String = "") {
            self.system = system
            self.codes = codes
            self.labels = labels
            self.note = note
        }
    }

    /// The lines in their order.
    public let rules: [Rule]
    private var exact: [Coding: [Coding]] = [:]
    private var prefixes: [String: Prefixes] = [:]
    private var systems: Set<String> = []

    /// Is what a system's prefixes lead to, by length, so that one code costs one look for each.
    private struct Prefixes: Hashable {
        var lengths: [Int] = []
        var labels: [String: [Coding]] = [:]
    }

    /// Makes a table of lines.
    public init(rules: [Rule]) {
        self.rules = rules
        for rule in rules {
            let system = Self.canonical(rule.system)
            systems.insert(system)
            switch rule.codes {
            case .code(let code):
                exact[Coding(system: system, code: code), default: []] += rule.labels
            case .prefix(let prefix):
                let prefix = Self.bare(prefix)
                prefixes[system, default: Prefixes()].labels[prefix, default: []] += rule.labels
            }
        }
        for (system, found) in prefixes {
            prefixes[system]?.lengths = Set(found.labels.keys.map { $0.utf8.count }).sorted()
        }
    }

    /// Whether the table speaks of codes of a system at all.
    public func knows(system: String) -> Bool { systems.contains(Self.canonical(system)) }

    /// The labels of a coding, each once.
    public func labels(system: String, code: String) -> [Coding] {
        let system = Self.canonical(system)
        var labels = exact[Coding(system: system, code: code)] ?? []
        if let prefixes = prefixes[system] {
            let bare = Self.bare(code)
            for length in prefixes.lengths where length <= bare.utf8.count {
                labels += prefixes.labels[String(bare.utf8.prefix(length)) ?? ""] ?? []
            }
        }
        var seen: Set<Coding> = []
        return labels.filter { seen.insert($0).inserted }
    }

    /// ICD codes are written with and without their dot.
    private static func bare(_ code: String) -> String {
        String(decoding: code.uppercased().utf8.filter { $0 != UInt8(ascii: ".") }, as: UTF8.self)
    }

    /// One URI for each system: FHIR also takes OIDs, and editions of SNOMED CT.
    private static func canonical(_ system: String) -> String {
        switch system {
        case "urn:oid:2.16.840.1.113883.6.96": return CodeSystem.snomed
        case "urn:oid:2.16.840.1.113883.6.90": return CodeSystem.icd10CM
        default:
            return system.hasPrefix(CodeSystem.snomed + "/")
                ? CodeSystem.snomed : CodeSystem.canonical(system)
        }
    }
}

extension CodeSystem {
    /// SNOMED CT, whatever its edition.
    static let snomed = "http://snomed.info/sct"
    /// ICD-10-CM.
    static let icd10CM = "http://hl7.org/fhir/sid/icd-10-cm"
}
