/// Reads what changes the meaning of one resource: of the whole, and of parts of it.
struct ResourceCaveats {
    /// Of the whole resource.
    private(set) var own: [Caveat] = []
    /// Of parts: what the part is called, and what changes it.
    private(set) var parts: [(title: String, caveat: Caveat)] = []
    /// Statuses that are as a reader expects, to be shown at the end.
    private(set) var ordinary: [String] = []
    /// The paths of the elements that were looked at.
    private(set) var paths: Set<String> = []

    /// Whether there is nothing a reader has to know first.
    var isEmpty: Bool { own.isEmpty && parts.isEmpty }

    private let type: String
    private let time: ShowingTime

    /// - Parameter subjects: who is who in the document; without it, whom the resource is about is
    ///   not looked at.
    init(
        of resource: JSONValue, type: String, time: ShowingTime, subjects: DocumentSubjects? = nil
    ) {
        self.type = type
        self.time = time
        for finding in ModifierElements(of: resource, type: type).findings {
            paths.insert(finding.path)
            let caveats = caveats(finding)
            if finding.isOfResource {
                own += caveats
            } else {
                let title = Self.title(of: finding.holder)
                parts += caveats.map { (title, $0) }
            }
        }
        own += subjects?.caveats(of: resource, type: type) ?? []
        own += endings(resource) + absences(resource) + tags(resource)
    }

    // Elements the specification calls modifiers

    private mutating func caveats(_ finding: ModifierElements.Finding) -> [Caveat] {
        switch finding.name {
        case "modifierExtension": return Self.unknownModifiers(finding)
        case "implicitRules":
            let rules = finding.value?.string ?? "(not given)"
            return [
                Caveat(finding.path, rules, says: "made under rules that may change it: \(rules)")
            ]
        case "link" where type == "Patient": return Self.links(finding)
        case let name where name.hasPrefix("deceased"): return Self.death(finding)
        default: break
        }
        guard let value = finding.value else {
            let reason = FHIRText.absence(finding.primitive) ?? "not given"
            let says = CaveatWords.missing(finding.name, reason, type: type)
            return [Caveat(finding.path, nil, says: says)]
        }
        return value.listed.flatMap { caveats(of: $0, finding) }
    }

    /// All codes of a value count: one of several that contradict the others is shown as well.
    private mutating func caveats(
        of value: JSONValue, _ finding: ModifierElements.Finding
    ) -> [Caveat] {
        let codes = Self.codes(value)
        let odd = codes.filter {
            !OrdinaryValues.contains($0, type: type, path: finding.path)
        }
        guard codes.isEmpty || !odd.isEmpty else {
            if finding.isOfResource, Self.endNames.contains(finding.name) {
                ordinary += codes.map { CaveatWords.spaced($0) }
            }
            return Self.contradiction(value, codes, finding)
        }
        guard !codes.isEmpty else {
            return [
                Caveat(finding.path, nil, says: "\(CaveatWords.element(finding.name)) unclear")
            ]
        }
        return odd.map { code in
            let says = CaveatWords.words(finding.name, code, type: type)
            let text = Self.saidOtherwise(value, codes)
            return Caveat(finding.path, code, says: text.map { "\(says) (\($0))" } ?? says)
        }
    }

    private static let endNames: Set = [
        "status", "clinicalStatus", "verificationStatus", "lifecycleStatus", "participantStatus",
        "adherence", "achievementStatus", "outcome",
    ]

    /// The codes of a code, a truth value or a CodeableConcept; its text where it has no codes, and
    /// the display of a code that is only a number.
    static func codes(_ value: JSONValue) -> [String] {
        if let inner = value["concept"] { return codes(inner) }
        if let code = value.string ?? value.numberText { return [PlainText.line(code)] }
        if let truth = value.bool { return [truth ? "true" : "false"] }
        let codings = (value["coding"]?.listed ?? []).compactMap { word(of: $0) }
        let codes = codings + [word(of: value)].compactMap { $0 }
        if !codes.isEmpty { return codes.map { PlainText.line($0) } }
        let texts = [value["text"]?.string, value["coding"]?.listed.first?["display"]?.string]
        return texts.compactMap { $0 }.prefix(1).map { PlainText.line($0) }
    }

    private static func word(of coding: JSONValue) -> String? {
        guard let code = coding["code"]?.string else { return nil }
        let isNumber = !code.contains { $0.isLetter }
        return isNumber ? coding["display"]?.string ?? code : code
    }

    /// What a concept is called, where that is not what its codes say.
    private static func saidOtherwise(_ value: JSONValue, _ codes: [String]) -> String? {
        let displays = (value["coding"]?.listed ?? []).compactMap { $0["display"]?.string }
        let texts = [value["text"]?.string].compactMap { $0 } + displays
        let known = codes.map { CaveatWords.folded($0) }
        return texts.first { !known.contains(CaveatWords.folded($0)) }
    }

    private static func contradiction(
        _ value: JSONValue, _ codes: [String], _ finding: ModifierElements.Finding
    ) -> [Caveat] {
        guard let text = saidOtherwise(value, codes), let code = codes.first else { return [] }
        let name = CaveatWords.element(finding.name)
        return [Caveat(finding.path, code, says: "\(name): \(text) (coded \(code))")]
    }

    private static func unknownModifiers(_ finding: ModifierElements.Finding) -> [Caveat] {
        guard let value = finding.value else { return [] }
        return value.listed.map { item in
            let url = item["url"]?.string ?? "(no url)"
            let words = FHIRText.choice(item, "value").map { " = \($0)" } ?? ""
            return Caveat(
                finding.path, url, says: "changed by a modifier not known here: \(url)\(words)")
        }
    }

    // Patients

    private static func links(_ finding: ModifierElements.Finding) -> [Caveat] {
        (finding.value?.listed ?? []).compactMap { link in
            let kind = link["type"]?.string
            let other = FHIRText.reference(link["other"])
            let name = other.map { ": \($0)" } ?? ""
            switch kind {
            case "seealso", "replaces": return nil
            case "replaced-by":
                return Caveat(
                    finding.path, kind, says: "this record is replaced by another\(name)")
            case "refer":
                return Caveat(finding.path, kind, says: "look in another record\(name)")
            default:
                return Caveat(
                    finding.path, kind,
                    says: "linked to another record, \(kind ?? "why unclear")\(name)")
            }
        }
    }

    /// Whatever does not plainly say that the person lives is shown.
    static func death(_ finding: ModifierElements.Finding) -> [Caveat] {
        guard let value = finding.value else {
            let reason = FHIRText.absence(finding.primitive) ?? "not given"
            let says =
                finding.name == "deceasedBoolean"
                ? "whether deceased: \(reason)" : "deceased (when: \(reason))"
            return [Caveat(finding.path, nil, says: says)]
        }
        if value.bool == false { return [] }
        if value.bool == true { return [Caveat(finding.path, "true", says: "deceased")] }
        let text = FHIRText.value(value) ?? ""
        return [Caveat(finding.path, text, says: text.isEmpty ? "deceased" : "deceased \(text)")]
    }

    // What is no modifier by the list and changes the meaning all the same

    private func endings(_ resource: JSONValue) -> [Caveat] {
        var caveats: [Caveat] = []
        if let end = resource.choice("abatement"), end.value.bool != false {
            let text = end.value.bool == true ? "" : FHIRText.value(end.value) ?? ""
            caveats.append(
                Caveat(end.name, text, says: text.isEmpty ? "ended" : "ended \(text)"))
        }
        guard OrdinaryValues.endsWithPeriod.contains(type) else { return caveats }
        switch time.phase(of: resource["period"]) {
        case .current: break
        case .past(let date): caveats.append(Caveat("period", date, says: "ended \(date)"))
        case .future(let date):
            caveats.append(Caveat("period", date, says: "only from \(date) on"))
        case .unclear: caveats.append(Caveat("period", nil, says: "from when to when is unclear"))
        }
        return caveats
    }

    private func absences(_ resource: JSONValue) -> [Caveat] {
        guard let reason = resource["dataAbsentReason"] else { return [] }
        let words = FHIRText.concept(reason) ?? "no reason given"
        return [
            Caveat("dataAbsentReason", Self.codes(reason).first, says: "NO VALUE (\(words))")
        ]
    }

    private func tags(_ resource: JSONValue) -> [Caveat] {
        let meta = resource["meta"]
        let tags = (meta?["tag"]?.listed ?? []) + (meta?["security"]?.listed ?? [])
        return tags.compactMap { tag in
            switch tag["code"]?.string {
            case "SUBSETTED": Caveat("meta.tag", "SUBSETTED", says: "only a part of the record")
            case "HTEST": Caveat("meta.security", "HTEST", says: "test data, no real person's")
            default: nil
            }
        }
    }

    /// What a part of a resource is called.
    private static func title(of part: JSONValue) -> String {
        for name in ["code", "medicationCodeableConcept", "vaccineCode", "type"] {
            if let words = part.member(name).flatMap({ FHIRText.concept($0) }) { return words }
        }
        for name in ["description", "title", "text", "display", "linkId"] {
            if let text = part.member(name)?.string.map({ PlainText.line($0) }) { return text }
        }
        for name in ["item", "detail", "resource", "actor"] {
            guard let inner = part.member(name), inner.isObject else { continue }
            if let text = FHIRText.reference(inner) ?? FHIRText.concept(inner) { return text }
        }
        return ""
    }
}

extension JSONValue {
    /// The member of that name, for names that are not written in the code.
    func member(_ name: String) -> JSONValue? {
        members.first { $0.name.string == name }?.value
    }

    /// The member `stem[x]`, with its name.
    func choice(_ stem: String) -> (name: String, value: JSONValue)? {
        for (name, value) in members where !value.isNull {
            guard let text = name.string, text.hasPrefix(stem),
                text.dropFirst(stem.count).first?.isUppercase == true
            else { continue }
            return (text, value)
        }
        return nil
    }
}
