extension ResourceLines {
    func sections(_ value: JSONValue, depth: Int) -> [String] {
        guard type == "Composition", depth > 0 else { return [] }
        return (value["section"]?.elements ?? []).flatMap { section in
            let title = section["title"]?.string.map { PlainText.line($0) + ":" }
            let isChange = section["mode"]?.reads("changes") == true
            let mode = isChange ? ["! only what has changed - \(title ?? "section")"] : []
            let empty = section["emptyReason"].flatMap { FHIRText.concept($0) }
            return (isChange ? mode : title.map { [$0] } ?? []) + Self.narrative(section["text"])
                + (empty.map { ["(empty: \($0))"] } ?? []) + sections(section, depth: depth - 1)
        }
    }

    func answers(_ value: JSONValue, depth: Int) -> [String] {
        guard type == "QuestionnaireResponse", depth > 0 else { return [] }
        return (value["item"]?.elements ?? []).flatMap { item in
            let question = item["text"]?.string.map { PlainText.line($0) } ?? "(question)"
            let said = (item["answer"]?.elements ?? []).flatMap { answer in
                [question + measured(answer)] + answers(answer, depth: depth - 1)
            }
            return said + answers(item, depth: depth - 1)
        }
    }

    var issues: [String] {
        (value["issue"]?.elements ?? []).compactMap {
            $0["diagnostics"]?.string.map { PlainText.line($0) }
                ?? $0["details"].flatMap { FHIRText.concept($0) }
        }
    }

    /// The resource's own narrative, where it may say more than the data do: it says that it does,
    /// or there is nothing else that names the resource.
    var narrative: [String] {
        guard let text = value["text"], text.isObject else { return [] }
        let isWhole = title != nil || type == "Composition"
        guard !isWhole || text["status"]?.reads("generated") != true else { return [] }
        return Self.narrative(text)
    }

    private static func narrative(_ text: JSONValue?) -> [String] {
        guard let text, text["status"]?.reads("empty") != true else { return [] }
        return text["div"]?.string.map { Narrative.lines(of: $0) } ?? []
    }
}
