/// Judges whether a table of labels can tell what a part of a document is about.
///
/// It can if each concept that says so has a coding of a system that the table knows. One that is
/// in words only, or coded in other systems, may be about anything whatever else is coded there.
struct CodedSubjects {
    /// Is what the concepts of a part amount to.
    struct Weight {
        /// Whether a concept has a coding that the table can judge.
        var hasKnown = false
        /// Whether a concept has none.
        var hasUnknown = false

        /// Whether the table knows what the part is about.
        var isKnown: Bool { hasKnown && !hasUnknown }
    }

    let tree: JSONTree
    let table: SensitivityTable
    /// Where parts begin; what they hold says nothing of the part around them.
    let slots: Set<Int>

    /// Adds the object at `place` to the weight of the part it belongs to.
    func weigh(_ place: Int, into weight: inout Weight) {
        let value = tree.value(place)
        if isSaidInWords(value) { weight.hasUnknown = true }
        guard let name = tree.elementName(of: place) else { return }
        let isPart = slots.contains(place)
        // A labelled part may be one Coding of a concept.
        let isCoding =
            isPart && name.reads("coding") || name.reads("valueCoding") && !isInExtension(place)
        guard isCoding || isConcept(value, name) else { return }
        let codings = isCoding ? [value] : ownCodings(of: value)
        if codings.contains(where: isKnown) {
            // What is around a subject is no evidence of what the subject is.
            if isPart || !isCircumstance(name, place) { weight.hasKnown = true }
        } else if isPart || !isHarmless(name, codings, place) {
            weight.hasUnknown = true
        }
    }

    private func ownCodings(of concept: JSONValue) -> [JSONValue] {
        (concept["coding"]?.listed ?? []).filter { !slots.contains($0.index) }
    }

    private func isKnown(_ coding: JSONValue) -> Bool {
        guard let system = coding["system"]?.string, coding["code"]?.string?.isEmpty == false else {
            return false
        }
        return table.knows(system: system)
    }

    /// Whether an answer or a result is a text.
    private func isSaidInWords(_ value: JSONValue) -> Bool {
        guard let text = value["valueString"] ?? value["valueMarkdown"] else { return false }
        return text.kind == .string && value["url"] == nil
    }

    /// Whether an object is a CodeableConcept: by its form, or because its name says so.
    private func isConcept(_ value: JSONValue, _ name: JSONValue) -> Bool {
        if value["coding"] != nil { return true }
        if Self.subjects.contains(where: name.reads) || name.ends(with: "CodeableConcept") {
            return true
        }
        guard value["text"]?.kind == .string else { return false }
        let isBare = value.members.allSatisfy { member in
            ["text", "_text", "id", "extension"].contains { member.name.reads($0) }
        }
        return isBare && !Self.words.contains(where: name.reads)
    }

    /// Elements that are CodeableConcepts wherever FHIR R4 has them as objects, and say what was
    /// found, done, ordered or given, or why.
    private static let subjects: [StaticString] = [
        "code", "reasonCode", "conclusionCode", "vaccineCode", "usedCode", "complication",
        "manifestation", "orderDetail", "statusReason",
    ]

    /// Elements with a text that are no concepts: annotations, dosages.
    private static let words: [StaticString] = [
        "note", "text", "dosage", "dosageInstruction", "progress", "comment", "commentary",
        "maxDosePerPeriod", "item", "line",
    ]

    /// Whether a concept tells how, where or by whom, not what.
    private func isCircumstance(_ name: JSONValue, _ place: Int) -> Bool {
        if name.reads("category") || Self.circumstances.contains(where: name.reads) { return true }
        guard name.reads("type") || name.reads("code") else { return false }
        let around = tree.parent(of: place).flatMap { parent in
            let object = tree.value(parent).isArray ? tree.parent(of: parent) : parent
            return object.flatMap { tree.elementName(of: $0) }
        }
        return around.map { name in Self.surroundings.contains(where: name.reads) } ?? false
    }

    private static let circumstances: [StaticString] = [
        "additionalInstruction", "bodySite", "clinicalStatus", "dataAbsentReason", "function",
        "intent", "interpretation", "jurisdiction", "language", "maritalStatus", "method",
        "performerType", "priority", "relationship", "role", "route", "securityLabel", "severity",
        "site", "verificationStatus",
    ]

    /// Elements whose `type` or `code` is about themselves: identifiers, participants, timing.
    private static let surroundings: [StaticString] = [
        "identifier", "participant", "doseAndRate", "timing", "timingTiming", "repeat",
    ]

    /// Whether a concept that the table cannot judge says nothing of a subject; a category does
    /// unless HL7 defined it.
    private func isHarmless(_ name: JSONValue, _ codings: [JSONValue], _ place: Int) -> Bool {
        guard name.reads("category") else { return isCircumstance(name, place) }
        return codings.contains { coding in
            guard let system = coding["system"] else { return false }
            return system.begins(with: "http://terminology.hl7.org/")
                || system.begins(with: "http://hl7.org/fhir/")
        }
    }

    /// Whether the value at `place` is one of an extension.
    private func isInExtension(_ place: Int) -> Bool {
        let around = tree.parent(of: place).flatMap { tree.elementName(of: $0) }
        return around.map { $0.reads("extension") || $0.reads("modifierExtension") } ?? false
    }
}
