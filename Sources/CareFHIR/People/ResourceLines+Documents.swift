extension ResourceLines {
    /// The sections of a Composition, those within others indented.
    ///
    /// How deep they nest is limited by the parser alone: what it has read is shown.
    func sections(_ value: JSONValue, level: Int = 0) -> [String] {
        guard type == "Composition" else { return [] }
        return (value["section"]?.elements ?? []).flatMap { section in
            let said = section["title"]?.string.map { PlainText.line($0) }
            let title = said ?? section["code"].flatMap { FHIRText.concept($0) }
            var marks: [String] = []
            if section["mode"]?.reads("changes") == true { marks.append("only what has changed") }
            marks += [subjects.words(ofFocus: section["focus"])].compactMap { $0 }
            var lines = title.map { [$0 + ":"] } ?? []
            if !marks.isEmpty {
                let mark = Caveat.mark + marks.joined(separator: "; ")
                lines = ["\(mark) - \(title.map { $0 + ":" } ?? "section")"]
            }
            lines += Self.narrative(section["text"])
            lines += [section["emptyReason"].flatMap { FHIRText.concept($0) }]
                .compactMap { $0.map { "(empty: \($0))" } }
            return Self.indented(lines, level) + sections(section, level: level + 1)
        }
    }

    /// The questions and answers, what belongs to a group beneath the words of the group: they may
    /// turn it round ("The patient denies:").
    func answers(_ value: JSONValue, level: Int = 0) -> [String] {
        guard type == "QuestionnaireResponse" else { return [] }
        return (value["item"]?.elements ?? []).flatMap { item in
            let question = item["text"]?.string.map { PlainText.line($0) }
            let answers = item["answer"]?.elements ?? []
            let isGroup = item["item"].map { !$0.elements.isEmpty } ?? false
            var lines: [String] = []
            if answers.isEmpty {
                let words = isGroup ? question : question.map { "\($0) (no answer)" }
                lines = Self.indented([words].compactMap { $0 }, level)
            }
            for answer in answers {
                lines += Self.indented([(question ?? "(question)") + measured(answer)], level)
                lines += self.answers(answer, level: level + 1)
            }
            return lines + self.answers(item, level: question == nil ? level : level + 1)
        }
    }

    /// Indented so far that what belongs together is seen, and no line becomes too narrow.
    private static func indented(_ lines: [String], _ level: Int) -> [String] {
        lines.map { String(repeating: "  ", count: min(level, 6)) + $0 }
    }

    /// Who takes part in an appointment; those who do not come are left to the caveats.
    var participants: [String] {
        guard type == "Appointment" else { return [] }
        return (value["participant"]?.listed ?? []).compactMap { participant in
            let status = participant["status"]?.string ?? "accepted"
            let path = "participant.status"
            guard OrdinaryValues.contains(status, type: type, path: path) else { return nil }
            return participant["actor"]?["display"]?.string.map { PlainText.line($0) }
        }
    }

    var issues: [String] {
        (value["issue"]?.elements ?? []).compactMap {
            $0["diagnostics"]?.string.map { PlainText.line($0) }
                ?? $0["details"].flatMap { FHIRText.concept($0) }
        }
    }

    /// The resource's own narrative, where it may say more than the data do: it says that it does,
    /// or there is nothing else that names the resource, or there is more than can be shown here.
    var narrative: [String] {
        guard let text = value["text"], text.isObject else { return [] }
        let isMore = !rest.notice.isEmpty && !ProseRules.namesOnly(value)
        let isDocument = type == "Composition" || type == "QuestionnaireResponse"
        let isWhole = (title != nil || isDocument) && !isMore
        guard !isWhole || text["status"]?.reads("generated") != true else { return [] }
        return Self.narrative(text)
    }

    private static func narrative(_ text: JSONValue?) -> [String] {
        guard let text, text["status"]?.reads("empty") != true else { return [] }
        return text["div"]?.string.map { Narrative.lines(of: $0) } ?? []
    }
}
