internal import CareModel

/// Writes one resource as lines for people.
struct ResourceLines {
    let value: JSONValue
    let type: String

    /// The lines: a heading, then what it says, indented.
    var lines: [String] {
        var lines = [heading]
        for (label, texts) in details {
            for text in texts { lines.append("  \(label)\(text)") }
        }
        return lines
    }

    private var heading: String {
        switch type {
        case "Patient":
            let name = PersonName.text(of: value) ?? "(no name)"
            let born = text("birthDate").map { ", born \($0)" } ?? ""
            return "Patient: \(name)\(born)"
        case "Observation":
            return "Result: \(concept("code") ?? "(not named)")\(measured(value))"
        case "Appointment":
            let times = [text("start"), text("end")].compactMap { $0 }.joined(separator: " to ")
            return "Appointment: \(times.isEmpty ? "(no time)" : times)\(status)"
        default:
            let title = text("title") ?? concept("code") ?? concept("type")
            return Self.name(of: type) + (title.map { ": \($0)" } ?? "") + status
        }
    }

    private var status: String { text("status").map { " [\($0)]" } ?? "" }

    private var details: [(label: String, texts: [String])] {
        [
            ("Identifier: ", type == "Patient" ? identifiers : []),
            ("Priority: ", [text("priority")].compactMap { $0 }),
            ("Reason: ", concepts("reasonCode")),
            (
                "Date: ",
                [text("effectiveDateTime") ?? text("authoredOn") ?? text("sent") ?? text("issued")]
                    .compactMap { $0 }
            ),
            ("Description: ", paragraphs(value["description"])),
            ("Instruction: ", paragraphs(value["patientInstruction"])),
            ("Conclusion: ", paragraphs(value["conclusion"])),
            ("Summary: ", paragraphs(value["summary"])),
            ("Comment: ", paragraphs(value["comment"])),
            ("Note: ", (value["note"]?.listed ?? []).flatMap { paragraphs($0["text"]) }),
            (
                "Says: ",
                (value["payload"]?.listed ?? []).flatMap { paragraphs($0["contentString"]) }
            ),
            ("", sections(value, depth: 4)),
            ("", components),
            ("", answers(value, depth: 6)),
            ("Problem: ", type == "OperationOutcome" ? issues : []),
        ]
    }

    private static func name(of type: String) -> String {
        switch type {
        case "ServiceRequest": "Request"
        case "DiagnosticReport": "Report"
        case "Communication", "CommunicationRequest": "Message"
        case "ClinicalImpression": "Assessment"
        case "AllergyIntolerance": "Allergy"
        case "MedicationRequest", "MedicationStatement": "Medication"
        case "QuestionnaireResponse": "Answers"
        case "DocumentReference", "Composition": "Document"
        case "CarePlan": "Care plan"
        default: type
        }
    }

    private func text(_ name: StaticString) -> String? {
        value[name]?.string.map { PlainText.line($0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func paragraphs(_ value: JSONValue?) -> [String] {
        value?.string.map { PlainText.lines($0) } ?? []
    }

    private func concept(_ name: StaticString) -> String? { concepts(name).first }

    private func concepts(_ name: StaticString) -> [String] {
        (value[name]?.listed ?? []).compactMap { Self.words($0) }
    }

    /// What a CodeableConcept says, best for people first.
    private static func words(_ concept: JSONValue) -> String? {
        let coding = concept["coding"]?.elements.first
        let text =
            concept["text"]?.string ?? coding?["display"]?.string ?? coding?["code"]?.string
        return text.map { PlainText.line($0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private var identifiers: [String] {
        (value["identifier"]?.elements ?? []).compactMap { $0.businessIdentifier }.map {
            PlainText.line($0.system.isEmpty ? $0.value : "\($0.value) (\($0.system))")
        }
    }

    /// Value, unit and interpretation of an Observation or one of its components.
    private func measured(_ value: JSONValue) -> String {
        var text = Self.quantity(value["valueQuantity"])
        text = text ?? value["valueCodeableConcept"].flatMap { Self.words($0) }
        text = text ?? value["valueString"]?.string ?? value["valueDateTime"]?.string
        text = text ?? value["valueInteger"]?.numberText
        text = text ?? value["valueBoolean"]?.bool.map { $0 ? "yes" : "no" }
        text = text ?? value["dataAbsentReason"].flatMap { Self.words($0) }
        let flags = (value["interpretation"]?.listed ?? []).compactMap { Self.words($0) }
        let flag = flags.isEmpty ? "" : " [\(flags.joined(separator: ", "))]"
        return (text.map { " = \(PlainText.line($0))" } ?? "") + flag
    }

    private static func quantity(_ value: JSONValue?) -> String? {
        guard let number = value?["value"]?.numberText else { return nil }
        let comparator = value?["comparator"]?.string ?? ""
        let unit = value?["unit"]?.string ?? value?["code"]?.string
        return comparator + number + (unit.map { " \($0)" } ?? "")
    }

    private var components: [String] {
        guard type == "Observation" else { return [] }
        return (value["component"]?.elements ?? []).map {
            ($0["code"].flatMap { Self.words($0) } ?? "(not named)") + measured($0)
        }
    }

    private func sections(_ value: JSONValue, depth: Int) -> [String] {
        guard type == "Composition", depth > 0 else { return [] }
        return (value["section"]?.elements ?? []).flatMap { section in
            let title = section["title"]?.string.map { PlainText.line($0) + ":" }
            let body = section["text"]?["div"]?.string.map { PlainText.lines(ofXHTML: $0) } ?? []
            return (title.map { [$0] } ?? []) + body + sections(section, depth: depth - 1)
        }
    }

    private func answers(_ value: JSONValue, depth: Int) -> [String] {
        guard type == "QuestionnaireResponse", depth > 0 else { return [] }
        return (value["item"]?.elements ?? []).flatMap { item in
            let question = item["text"]?.string.map { PlainText.line($0) } ?? "(question)"
            let said = (item["answer"]?.elements ?? []).map { question + measured($0) }
            return said + answers(item, depth: depth - 1)
        }
    }

    private var issues: [String] {
        (value["issue"]?.elements ?? []).compactMap {
            $0["diagnostics"]?.string.map { PlainText.line($0) }
                ?? $0["details"].flatMap { Self.words($0) }
        }
    }
}
