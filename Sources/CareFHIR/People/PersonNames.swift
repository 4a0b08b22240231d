internal import CareModel

/// Tells a person's present name from those that are over or are used otherwise.
///
/// By `use` (usual, official, none, temp) and by period at the time of showing; of several that are
/// equal in that, the one that began last, or else the first. A name that is `old`, `maiden` or a
/// `nickname`, is over or has not begun is never the present one.
struct PersonNames {
    /// The present name; nil if there is none.
    let current: String?
    /// Other names that hold at present, each with what it is.
    let others: [String]
    /// Names that are no present ones, each with what it is: "Ines Before (old, until 2020-07-22)".
    let former: [String]

    private struct Name {
        let text: String
        let use: String?
        let phase: ShowingTime.Phase
        let start: Int64
        let place: Int

        /// How well it serves as the present name, 0 best; nil if it is none.
        var rank: Int? {
            switch phase {
            case .past, .future: return nil
            case .current, .unclear: break
            }
            let unclear = phase == .unclear ? 10 : 0
            switch use {
            case "usual": return 0 + unclear
            case "official": return 1 + unclear
            case nil: return 2 + unclear
            case "temp": return 3 + unclear
            case "anonymous": return 5 + unclear
            case "old", "maiden", "nickname": return nil
            default: return 4 + unclear
            }
        }

        /// The name with what it is.
        var described: String {
            var words = use.map { [$0] } ?? []
            switch phase {
            case .past(let date): words.append("until \(date)")
            case .future(let date): words.append("only from \(date) on")
            case .unclear: words.append("from when to when is unclear")
            case .current: break
            }
            return words.isEmpty ? text : "\(text) (\(words.joined(separator: ", ")))"
        }
    }

    /// Reads the HumanNames of `people`, who are one person.
    init(of people: [JSONValue], at time: ShowingTime) {
        let values = people.flatMap { $0["name"]?.listed ?? [] }.filter(\.isObject)
        let names = values.enumerated().compactMap { place, value -> Name? in
            guard let text = Self.text(of: value) else { return nil }
            let use = value["use"].flatMap { use in
                use.isNull ? nil : use.string.map { PlainText.line($0) } ?? "use unclear"
            }
            return Name(
                text: text, use: use, phase: time.phase(of: value["period"]),
                start: time.start(of: value["period"])?.milliseconds ?? .min, place: place)
        }
        let present = names.filter { $0.rank != nil }.sorted {
            ($0.rank ?? 0, -Double($0.start), $0.place) < (
                $1.rank ?? 0, -Double($1.start), $1.place
            )
        }
        let best = present.first
        // What has no clear use or time is shown with that.
        current = best.map { ($0.rank ?? 0) >= 3 ? $0.described : $0.text }
        func list(_ names: some Sequence<Name>) -> [String] {
            var list: [String] = []
            for name in names where !list.contains(name.described) { list.append(name.described) }
            return list
        }
        others = list(present.dropFirst().filter { $0.text != best?.text })
        former = list(names.filter { $0.rank == nil })
    }

    /// What to call the person: the present name, or else that there was another.
    var shown: String? {
        current ?? (former.isEmpty ? nil : "(no present name; formerly \(former[0]))")
    }

    /// The lines that list the names beside the one that is shown.
    var lines: [(label: String, texts: [String])] {
        [("Also called: ", others), ("Formerly or otherwise: ", former)]
    }

    /// A HumanName as one line; its parts too, where its text says something else.
    private static func text(of name: JSONValue) -> String? {
        let written = name["text"]?.string.map { PlainText.line($0) }.flatMap {
            $0.isEmpty ? nil : $0
        }
        let parts = [
            part(name, "prefix"), part(name, "given"), part(name, "family"), part(name, "suffix"),
        ]
        .flatMap { $0 }
        let joined = parts.isEmpty ? nil : PlainText.line(parts.joined(separator: " "))
        guard let written else {
            return joined ?? FHIRText.absence(name["_text"]).map { "(name \($0))" }
        }
        let family = name["family"]?.string.map { PlainText.line($0) } ?? ""
        guard let joined, !CaveatWords.folded(written).contains(CaveatWords.folded(family)) else {
            return written
        }
        return "\(written) (also written \(joined))"
    }

    private static func part(_ name: JSONValue, _ part: String) -> [String] {
        let texts = (name.member(part)?.listed ?? []).compactMap { $0.string }
        guard texts.isEmpty, let reason = FHIRText.absence(name.member("_\(part)")) else {
            return texts
        }
        return ["(\(part) name \(reason))"]
    }
}
