internal import CareModel

extension InspectionError.Code {
    /// A table of labels cannot be read.
    public static let unusableLabels = InspectionError.Code(rawValue: "unusable-labels")
}

extension SensitivityTable {
    /// Reads a table in the form of `docs/labels.md`.
    ///
    /// - Throws: `unusable-labels`, or `not-json` and its kin, with what to mend and where. A table
    /// is taken whole or not at all.
    public init(json bytes: [UInt8]) throws(InspectionError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(bytes)
        } catch {
            throw InspectionError(error)
        }
        guard let lines = document.root["labels"], lines.isArray else {
            throw InspectionError(
                .unusableLabels, "The table has no \"labels\". Write {\"labels\":[…]}.")
        }
        if let odd = Self.unknownMember(of: document.root, known: ["labels", "note"]) {
            throw InspectionError(
                .unusableLabels, "The table has a member \(odd). Take it out, or put it right.")
        }
        var rules: [Rule] = []
        for (place, line) in lines.elements.enumerated() {
            rules.append(try Self.rule(line, at: place))
        }
        self.init(rules: rules)
    }

    /// The table as a file that can be read again.
    public var json: [UInt8] {
        let lines = rules.map { rule in
            let (name, text) =
                switch rule.codes {
                case .code(let code): ("code", code)
                case .prefix(let prefix): ("prefix", prefix)
                }
            return JSONOutput.members([
                ("system", .string(rule.system)), (name, .string(text)),
                ("labels", .array(rule.labels.map { Self.output($0) })),
                ("note", rule.note.isEmpty ? nil : .string(rule.note)),
            ])
        }
        return JSONOutput.members([("labels", .array(lines))]).bytes
    }

    private static func output(_ label: Coding) -> JSONOutput {
        if let text = SensitivityLabel.text(of: label) { return .string(text) }
        return .members([("system", .string(label.system)), ("code", .string(label.code))])
    }

    private static func rule(_ line: JSONValue, at place: Int) throws(InspectionError) -> Rule {
        func fault(_ remedy: String) -> InspectionError {
            InspectionError(.unusableLabels, "Line \(place) of the table \(remedy).")
        }
        if let odd = unknownMember(
            of: line, known: ["system", "code", "prefix", "labels", "note"])
        {
            throw fault("has a member \(odd); take it out, or put it right")
        }
        guard let system = line["system"]?.string, !system.isEmpty else {
            throw fault("has no system; name the code system's URI")
        }
        let codes: Rule.Codes
        switch (line["code"]?.string, line["prefix"]?.string) {
        case (let code?, nil) where !code.isEmpty: codes = .code(code)
        case (nil, let prefix?) where prefix.utf8.contains(where: { $0 != UInt8(ascii: ".") }):
            codes = .prefix(prefix)
        default: throw fault("needs either a code or a prefix, as text that is not empty")
        }
        let values = line["labels"]?.elements ?? []
        guard !values.isEmpty else { throw fault("has no labels; give at least one") }
        var labels: [Coding] = []
        for value in values {
            guard let label = label(value) else {
                throw fault(
                    "has a label that is not known; use R, V, a sensitivity of v3-ActCode such as "
                        + "ETH, or {\"system\":…,\"code\":…}")
            }
            labels.append(label)
        }
        return Rule(
            system: system, codes: codes, labels: labels, note: line["note"]?.string ?? "")
    }

    private static func label(_ value: JSONValue) -> Coding? {
        if let text = value.string { return SensitivityLabel.label(text) }
        guard let system = value["system"]?.string, !system.isEmpty,
            let code = value["code"]?.string, !code.isEmpty
        else { return nil }
        return Coding(system: CodeSystem.canonical(system), code: code)
    }

    /// A member nobody reads is most likely one that was meant to be read.
    private static func unknownMember(of object: JSONValue, known: [StaticString]) -> String? {
        guard object.isObject else { return nil }
        let odd = object.members.first { member in !known.contains { member.name.reads($0) } }
        return odd.map { "\"\(String($0.name.string?.prefix(40) ?? ""))\"" }
    }
}
