/// Writes the values of FHIR's data types as text for people.
enum FHIRText {
    /// What a CodeableConcept, Coding or CodeableReference says, best for people first.
    static func concept(_ concept: JSONValue) -> String? {
        if let inner = concept["concept"] { return Self.concept(inner) }
        let coding = concept["coding"]?.listed.first
        let texts = [
            concept["text"], coding?["display"], coding?["code"], concept["display"],
            concept["code"],
        ]
        let text = texts.lazy.compactMap { $0?.string }.map { PlainText.line($0) }
            .first { !$0.isEmpty }
        return text ?? concept["reference"].flatMap { reference($0) }
    }

    /// What a Reference leads to: its display, or else its address.
    static func reference(_ reference: JSONValue?) -> String? {
        let texts = [
            reference?["display"], reference?["reference"], reference?["identifier"]?["value"],
        ]
        return texts.lazy.compactMap { $0?.string }.map { PlainText.line($0) }
            .first { !$0.isEmpty }
    }

    /// The value `stem[x]` of `holder`; nil without one.
    static func choice(_ holder: JSONValue, _ stem: String) -> String? {
        guard let (name, value) = holder.choice(stem) else { return nil }
        return Self.value(value) ?? "(cannot be shown here: \(PlainText.line(name)))"
    }

    /// A value of any type; nil for what has no form here.
    static func value(_ value: JSONValue) -> String? {
        if let text = value.string { return PlainText.line(text) }
        if let number = value.numberText { return number }
        if let truth = value.bool { return truth ? "yes" : "no" }
        guard value.isObject else { return nil }
        if value["numerator"] != nil || value["denominator"] != nil { return ratio(value) }
        if value["low"] != nil || value["high"] != nil { return range(value) }
        if value["start"] != nil || value["end"] != nil { return period(value) }
        if value["value"]?.numberText != nil || value["comparator"] != nil {
            return quantity(value)
        }
        if let name = value["title"]?.string ?? value["contentType"]?.string {
            return "(attached: \(PlainText.line(name)))"
        }
        return concept(value) ?? reference(value)
    }

    /// A Quantity with the comparator that may turn it round.
    static func quantity(_ value: JSONValue?) -> String? {
        guard let value, value.isObject else { return nil }
        let number = value["value"]?.numberText
        let comparator = value["comparator"]?.string.map { sign($0) } ?? ""
        let unit = (value["unit"]?.string ?? value["code"]?.string).map { PlainText.line($0) }
        guard number != nil || !comparator.isEmpty || unit != nil else { return nil }
        let amount = comparator + (number ?? "(no number)")
        return amount + (unit.map { " \($0)" } ?? "")
    }

    private static func sign(_ code: String) -> String {
        switch code {
        case "<", ">", "<=", ">=": code
        case "ad": "enough for "
        default: "(\(PlainText.line(code)), not known here) "
        }
    }

    private static func ratio(_ value: JSONValue) -> String? {
        guard let above = quantity(value["numerator"]), let below = quantity(value["denominator"])
        else {
            return quantity(value["numerator"]) ?? quantity(value["denominator"]).map { "1/\($0)" }
        }
        // A titre such as 1:128 has no units.
        let isTitre = !(above + below).contains { $0 == " " }
        return isTitre ? "\(above):\(below)" : "\(above) / \(below)"
    }

    /// A Range.
    static func range(_ value: JSONValue?) -> String? {
        switch (quantity(value?["low"]), quantity(value?["high"])) {
        case (let low?, let high?): "\(low) to \(high)"
        case (let low?, nil): "\(low) or more"
        case (nil, let high?): "\(high) or less"
        case (nil, nil): nil
        }
    }

    /// A Period.
    static func period(_ value: JSONValue?) -> String? {
        let start = value?["start"]?.string.map { PlainText.line($0) }
        let end = value?["end"]?.string.map { PlainText.line($0) }
        switch (start, end) {
        case (let start?, let end?): return "\(start) to \(end)"
        case (let start?, nil): return "since \(start)"
        case (nil, let end?): return "until \(end)"
        case (nil, nil): return nil
        }
    }

    /// Why an element has no value, from the extension of a primitive; nil if none is given.
    static func absence(_ primitive: JSONValue?) -> String? {
        for element in primitive?.listed ?? [] {
            for item in element["extension"]?.listed ?? [] {
                guard let url = item["url"]?.string, let value = choice(item, "value") else {
                    continue
                }
                if url.hasSuffix("data-absent-reason") || url.hasSuffix("nullFlavor") {
                    return "not given (\(CaveatWords.spaced(value)))"
                }
            }
        }
        return nil
    }
}
