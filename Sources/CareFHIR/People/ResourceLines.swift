internal import CareModel

/// Writes one resource as lines for people, what changes its meaning first.
struct ResourceLines {
    let value: JSONValue
    let type: String
    let time: ShowingTime
    let subjects: DocumentSubjects
    let caveats: ResourceCaveats
    /// What the other lines leave out.
    private(set) var rest = UnreadMembers()

    init(value: JSONValue, type: String, time: ShowingTime, subjects: DocumentSubjects) {
        self.value = value
        self.type = type
        self.time = time
        self.subjects = subjects
        caveats = ResourceCaveats(of: value, type: type, time: time, subjects: subjects)
        rest = UnreadMembers(
            of: value, type: type,
            title: Self.isCalledOtherwise.contains(type) ? nil : titled?.member,
            isDatedByPeriod: dateBeside == nil,
            caveats: caveats.paths)
    }

    /// The lines: a heading, then what it says, indented.
    var lines: [String] {
        var lines = [heading]
        for (title, caveat) in caveats.parts {
            let part = title.isEmpty ? "a part of this" : title
            lines.append("  " + Caveat.line(part, [caveat]))
        }
        for (label, texts) in details {
            for text in texts { lines.append("  \(label)\(text)") }
        }
        return lines
    }

    /// Whether there is nothing to say but its type.
    var isBare: Bool {
        title == nil && concept("relationship") == nil && caveats.own.isEmpty
            && caveats.parts.isEmpty
            && details.allSatisfy(\.texts.isEmpty)
    }

    private var heading: String {
        let status =
            caveats.ordinary.isEmpty ? "" : " [\(caveats.ordinary.joined(separator: ", "))]"
        return Caveat.line(said + status, caveats.own)
    }

    /// The heading without its statuses.
    private var said: String {
        switch type {
        case "Patient":
            let born = text("birthDate") ?? FHIRText.absence(value["_birthDate"])
            return "Patient: \(title ?? "(no name)")" + (born.map { ", born \($0)" } ?? "")
        case "Observation": return "Result: \(title ?? "(not named)")\(measured(value))"
        case "Appointment":
            let times = [text("start"), text("end")].compactMap { $0 }.joined(separator: " to ")
            return "Appointment: \(times.isEmpty ? "(no time)" : times)"
        case "FamilyMemberHistory":
            let who = concept("relationship") ?? text("name") ?? "relative not named"
            return "Family history of the \(who)"
        default: return Self.name(of: type) + (title.map { ": \($0)" } ?? "")
        }
    }

    /// Types whose heading has something else than the title.
    private static let isCalledOtherwise: Set = ["Appointment", "FamilyMemberHistory"]

    /// What the resource is called.
    var title: String? { titled?.text }

    /// What the resource is called, with the member that says so.
    private var titled: (member: String, text: String)? {
        func titled(_ name: String, _ text: String?) -> (member: String, text: String)? {
            text.map { (name, $0) }
        }
        if let names { return titled("name", names.shown ?? text("name")) }
        if type == "Observation" { return titled("code", concept("code")) }
        let coded = [
            "code", "vaccineCode", "medicationCodeableConcept", "medication", "medicationReference",
            "type", "valueCodeableConcept", "description", "substance", "serviceType",
        ]
        // The items of a questionnaire are no name for it.
        let items = type.hasPrefix("Questionnaire") ? [] : ["item"]
        return titled("title", text("title"))
            ?? (coded + items).lazy.compactMap { titled($0, concept($0)) }.first
            ?? titled("name", text("name"))
    }

    /// The names of a person; nil for what is none.
    private var names: PersonNames? {
        guard ["Patient", "Practitioner", "RelatedPerson", "Person"].contains(type) else {
            return nil
        }
        return PersonNames(of: [value], at: time)
    }

    private var details: [(label: String, texts: [String])] {
        (names?.lines ?? []) + [
            ("Identifier: ", type == "Patient" ? identifiers : []),
            ("Linked record: ", linkedRecords), ("", contacts), ("Qualification: ", qualifications),
            ("Priority: ", [text("priority")].compactMap { $0 }),
            ("Coded as: ", [codedOtherwise].compactMap { $0 }),
            ("Why so: ", whySo),
            ("Reason: ", concepts("reasonCode") + concepts("reason") + concepts("reasonReference")),
            ("Date: ", [date].compactMap { $0 }),
            ("Body site: ", concepts("bodySite") + concepts("laterality")),
            ("Severity: ", concepts("severity") + [text("criticality")].compactMap { $0 }),
            ("Reaction: ", reactions), ("Dosage: ", dosages),
            ("Description: ", paragraphs(value["description"])),
            ("Instruction: ", paragraphs(value["patientInstruction"])),
            ("Conclusion: ", paragraphs(value["conclusion"])),
            ("Conclusion: ", concepts("conclusionCode")),
            ("Summary: ", paragraphs(value["summary"])),
            ("Comment: ", paragraphs(value["comment"])),
            ("Note: ", (value["note"]?.listed ?? []).flatMap { paragraphs($0["text"]) }),
            ("Says: ", says), ("Reference range: ", referenceRanges(value)),
            ("", conditions), ("", listed), ("", activities), ("With: ", participants),
            ("", sections(value)), ("", components), ("", answers(value)),
            ("Problem: ", type == "OperationOutcome" ? issues : []), ("", rest.lines),
            ("", rest.notice), ("Text: ", narrative),
        ]
    }

    private var says: [String] {
        let payload = (value["payload"]?.listed ?? []).flatMap {
            paragraphs($0["contentString"])
                + ($0["contentCodeableConcept"].flatMap { FHIRText.concept($0) }.map { [$0] } ?? [])
        }
        guard type == "Consent" else { return payload }
        let bytes = Array(value.document.bytes[value.byteRange])
        guard let summary = try? ConsentSummary(of: bytes) else {
            return payload + ["(what it rules cannot be read)"]
        }
        return payload + [summary.line]
    }

    private static func name(of type: String) -> String {
        switch type {
        case "ServiceRequest": "Request"
        case "DiagnosticReport": "Report"
        case "Communication", "CommunicationRequest": "Message"
        case "ClinicalImpression": "Assessment"
        case "AllergyIntolerance": "Allergy"
        case "MedicationRequest", "MedicationStatement", "MedicationUsage": "Medication"
        case "QuestionnaireResponse": "Answers"
        case "DocumentReference", "Composition": "Document"
        default:
            CaveatWords.element(type).prefix(1).uppercased() + CaveatWords.element(type).dropFirst()
        }
    }

    /// Why its status is what it is.
    private var whySo: [String] {
        ["statusReason", "notDoneReason", "reasonNotGiven", "reasonNotTaken", "cancelationReason"]
            .flatMap { concepts($0) }
    }

    private var date: String? { dateBeside ?? FHIRText.period(value["period"]) }

    /// The date that something else than the period gives.
    private var dateBeside: String? {
        for stem in ["effective", "performed", "occurrence", "onset"] {
            if let text = FHIRText.choice(value, stem) { return text }
        }
        let names = ["authoredOn", "sent", "issued", "recordedDate", "recorded", "date"]
        return names.lazy.compactMap { text($0) }.first
    }

    /// What the codes of the title are called, where that is something else than its text.
    private var codedOtherwise: String? {
        guard let code = value["code"], let said = FHIRText.concept(code) else { return nil }
        let displays = (code["coding"]?.listed ?? []).compactMap {
            $0["display"]?.string.map { PlainText.line($0) }
        }
        let known = CaveatWords.folded(said)
        let others = displays.filter {
            let other = CaveatWords.folded($0)
            return !other.isEmpty && !known.contains(other)
        }
        return others.isEmpty ? nil : others.joined(separator: "; ")
    }

    // What other parts of the type use

    func text(_ name: String) -> String? {
        value.member(name)?.string.map { PlainText.line($0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    func paragraphs(_ value: JSONValue?) -> [String] {
        value?.string.map { PlainText.lines($0) } ?? []
    }

    func concept(_ name: String) -> String? { concepts(name).first }

    func concepts(_ name: String) -> [String] {
        (value.member(name)?.listed ?? []).compactMap { FHIRText.concept($0) }
    }
}
