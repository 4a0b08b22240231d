extension ResourceLines {
    /// Value, unit and interpretation of an Observation, one of its components or an answer.
    func measured(_ value: JSONValue) -> String {
        var text = FHIRText.choice(value, "value").map { " = \($0)" } ?? ""
        if text.isEmpty, value.index != self.value.index, let reason = value["dataAbsentReason"] {
            text = ": NO VALUE (\(FHIRText.concept(reason) ?? "no reason given"))"
        } else if value.index != self.value.index, let reason = value["dataAbsentReason"] {
            text += " (yet no value: \(FHIRText.concept(reason) ?? "no reason given"))"
        }
        if text.isEmpty { text = missingValue(value) }
        let flags = (value["interpretation"]?.listed ?? []).compactMap { FHIRText.concept($0) }
        return text + (flags.isEmpty ? "" : " [\(flags.joined(separator: ", "))]")
    }

    /// A value of which only the extension is there.
    private func missingValue(_ value: JSONValue) -> String {
        for (name, primitive) in value.members where name.string?.hasPrefix("_value") == true {
            return ": NO VALUE (\(FHIRText.absence(primitive) ?? "not given"))"
        }
        return ""
    }

    var components: [String] {
        guard type == "Observation" else { return [] }
        return (value["component"]?.elements ?? []).flatMap { component in
            let name = component["code"].flatMap { FHIRText.concept($0) } ?? "(not named)"
            return [name + measured(component)]
                + referenceRanges(component).map { "  Reference range: \($0)" }
        }
    }

    func referenceRanges(_ holder: JSONValue) -> [String] {
        (holder["referenceRange"]?.listed ?? []).compactMap { range in
            let text = range["text"]?.string.map { PlainText.line($0) } ?? FHIRText.range(range)
            let kinds =
                [range["type"]].compactMap { $0 } + (range["appliesTo"]?.listed ?? [])
            let words = kinds.compactMap { FHIRText.concept($0) }
            return text.map { words.isEmpty ? $0 : "\($0) (\(words.joined(separator: ", ")))" }
        }
    }

    /// How a medication is to be taken; that it is only as needed comes first.
    var dosages: [String] {
        let all = (value["dosageInstruction"]?.listed ?? []) + (value["dosage"]?.listed ?? [])
        return all.filter(\.isObject).map { dosage in
            var parts: [String] = []
            if let need = Self.need(dosage) { parts.append("only as needed\(need)") }
            let text = dosage["text"]?.string.map { PlainText.line($0) }
            parts += [text ?? Self.dose(dosage)].compactMap { $0 }
            parts += (dosage["additionalInstruction"]?.listed ?? []).compactMap {
                FHIRText.concept($0)
            }
            parts += [dosage["patientInstruction"]?.string.map { PlainText.line($0) }]
                .compactMap { $0 }
            let most = ["maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime"]
            for name in most {
                for value in dosage.member(name)?.listed ?? [] {
                    parts += FHIRText.value(value).map { ["at most \($0)"] } ?? []
                }
            }
            return parts.isEmpty ? "(cannot be shown here)" : parts.joined(separator: "; ")
        }
    }

    /// For what a dose is needed; empty if nothing is said, nil if it is not as needed.
    private static func need(_ dosage: JSONValue) -> String? {
        let reasons =
            (dosage["asNeededFor"]?.listed ?? [])
            + [dosage["asNeededCodeableConcept"]]
            .compactMap { $0 }
        let words = reasons.compactMap { FHIRText.concept($0) }
        if !words.isEmpty { return " for " + words.joined(separator: " or ") }
        let flag = dosage["asNeededBoolean"] ?? dosage["asNeeded"]
        return !reasons.isEmpty || (flag.map { $0.bool != false } ?? false) ? "" : nil
    }

    private static func dose(_ dosage: JSONValue) -> String? {
        var parts = (dosage["doseAndRate"]?.listed ?? [dosage]).flatMap { dose in
            [FHIRText.choice(dose, "dose") ?? dose["dose"].flatMap { FHIRText.value($0) }]
                .compactMap { $0 }
        }
        parts += (dosage["timing"]?["code"].flatMap { FHIRText.concept($0) }).map { [$0] } ?? []
        if let cycle = dosage["timing"]?["repeat"], let unit = cycle["periodUnit"]?.string {
            let often = cycle["frequency"]?.numberText ?? "1"
            let length = cycle["period"]?.numberText ?? "1"
            parts.append("\(often) time(s) each \(length) \(PlainText.line(unit))")
        }
        parts += (dosage["route"].flatMap { FHIRText.concept($0) }).map { [$0] } ?? []
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    var reactions: [String] {
        (value["reaction"]?.listed ?? []).flatMap { reaction in
            (reaction["manifestation"]?.listed ?? []).compactMap { FHIRText.concept($0) }
        }
    }

    /// The conditions of a family member: never the patient's own.
    var conditions: [String] {
        guard type == "FamilyMemberHistory" else { return [] }
        let death = value.choice("deceased").map {
            ModifierElements.Finding(
                path: $0.name, holder: value, value: $0.value, primitive: nil)
        }
        let words = death.map { ResourceCaveats.death($0).map(\.says) } ?? []
        return words
            + (value["condition"]?.listed ?? []).compactMap {
                $0["code"].flatMap { FHIRText.concept($0) }.map { "Had: \($0)" }
            }
    }

    /// What a List holds, those taken off it or ended left to the caveats.
    var listed: [String] {
        guard type == "List" else { return [] }
        let empty = concept("emptyReason").map { ["Empty: \($0)"] } ?? []
        return (value["entry"]?.listed ?? []).compactMap { entry -> String? in
            guard entry["deleted"]?.bool != true else { return nil }
            let flags = entry["flag"].map { ResourceCaveats.codes($0) } ?? []
            let isOrdinary = flags.allSatisfy {
                OrdinaryValues.contains($0, type: type, path: "entry.flag")
            }
            guard isOrdinary else { return nil }
            let end = flags.isEmpty ? "" : " [\(flags.joined(separator: ", "))]"
            return "Lists: \(FHIRText.reference(entry["item"]) ?? "(not named)")\(end)"
        } + empty
    }

    /// What a CarePlan plans, what is not to be done left to the caveats.
    var activities: [String] {
        guard type == "CarePlan" else { return [] }
        return (value["activity"]?.listed ?? []).compactMap { activity in
            let detail = activity["detail"]
            let isRefused = OrdinaryValues.negations.contains {
                detail?.member($0).map { $0.bool != false } ?? false
            }
            let status = detail?["status"]?.string
            let isOrdinary = status.map {
                OrdinaryValues.contains($0, type: type, path: "activity.detail.status")
            }
            guard !isRefused, isOrdinary ?? true else { return nil }
            let code = detail?["code"].flatMap { FHIRText.concept($0) }
            let words = detail?["description"]?.string.map { PlainText.line($0) }
            let said = [code, words].compactMap { $0 }.joined(separator: ": ")
            let text = !said.isEmpty ? said : FHIRText.reference(activity["reference"])
            let end = status.map { " [\(CaveatWords.spaced($0))]" } ?? ""
            return text.map { PlainText.line("Plans: \($0)\(end)") }
        }
    }
}
