internal import CareModel

extension ResourceLines {
    /// The identifiers; those out of use say so.
    var identifiers: [String] {
        (value["identifier"]?.elements ?? []).compactMap { value in
            value.businessIdentifier.map { identifier in
                let text =
                    identifier.system.isEmpty
                    ? identifier.value : "\(identifier.value) (\(identifier.system))"
                return marked(PlainText.line(text), value)
            }
        }
    }

    /// Other records of the person that change nothing about this one.
    var linkedRecords: [String] {
        guard type == "Patient" else { return [] }
        return (value["link"]?.listed ?? []).compactMap { link in
            guard let kind = link["type"]?.string, ["seealso", "replaces"].contains(kind) else {
                return nil
            }
            let other = FHIRText.reference(link["other"]) ?? "not named"
            return kind == "replaces" ? "replaces \(other)" : "see also \(other)"
        }
    }

    /// How to reach a person or an organisation; what is out of use says so.
    var contacts: [String] {
        guard Self.reachable.contains(type) else { return [] }
        let ways = (value["telecom"]?.listed ?? []).compactMap { way -> String? in
            guard let text = way["value"]?.string else { return nil }
            let kind = way["system"]?.string.map { PlainText.line($0) } ?? "contact"
            return marked(
                "\(kind.prefix(1).uppercased())\(kind.dropFirst()): \(PlainText.line(text))", way)
        }
        let addresses = (value["address"]?.listed ?? []).compactMap { address -> String? in
            guard let text = Self.address(address) else { return nil }
            return marked("Address: \(text)", address)
        }
        return ways + addresses
    }

    private static let reachable: Set = [
        "Patient", "Practitioner", "RelatedPerson", "Person", "Organization",
    ]

    private static func address(_ address: JSONValue) -> String? {
        if let text = address["text"]?.string { return PlainText.line(text) }
        let town = [address["postalCode"]?.string, address["city"]?.string].compactMap { $0 }
        let parts =
            (address["line"]?.listed ?? []).compactMap { $0.string }
            + [town.joined(separator: " ")]
            + [address["state"]?.string, address["country"]?.string].compactMap { $0 }
        let text = PlainText.line(parts.filter { !$0.isEmpty }.joined(separator: ", "))
        return text.isEmpty ? nil : text
    }

    /// The qualifications; those that have ended say so.
    var qualifications: [String] {
        guard type == "Practitioner" else { return [] }
        return (value["qualification"]?.listed ?? []).map {
            marked($0["code"].flatMap { FHIRText.concept($0) } ?? "(not named)", $0)
        }
    }

    /// `text`, with what makes it not the one to use before it.
    private func marked(_ text: String, _ holder: JSONValue) -> String {
        var words: [String] = []
        switch holder["use"]?.string {
        case "old": words.append("old, NOT in use")
        case "temp": words.append("temporary")
        case nil, "home", "work", "usual", "official", "secondary", "mobile", "billing": break
        case let use?: words.append(PlainText.line(use))
        }
        switch time.phase(of: holder["period"]) {
        case .current: break
        case .past(let date): words.append("ended \(date)")
        case .future(let date): words.append("only from \(date) on")
        case .unclear: words.append("from when to when is unclear")
        }
        return words.isEmpty ? text : Caveat.mark + words.joined(separator: ", ") + " - " + text
    }
}
