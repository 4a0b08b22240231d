/// Says what changes or negates the meaning of the thing it stands with, such as that an allergy is
/// refuted; whoever shows the thing shows this first.
public struct Caveat: Hashable, Sendable {
    /// The element that says so, from the resource down, such as `verificationStatus`.
    public let element: String
    /// What the element holds, as it is written; nil for what is no single value.
    public let value: String?
    /// The same in words, such as "refuted".
    public let says: String

    /// How a line begins that a caveat stands in.
    public static let mark = "! "

    init(_ element: String, _ value: String?, says: String) {
        self.element = element
        self.value = value.map { PlainText.line($0) }
        self.says = PlainText.line(says)
    }

    /// `line` with what changes its meaning before it.
    static func line(_ line: String, _ caveats: [Caveat]) -> String {
        guard !caveats.isEmpty else { return line }
        var words: [String] = []
        for caveat in sorted(caveats) where !words.contains(caveat.says) {
            words.append(caveat.says)
        }
        return mark + words.joined(separator: "; ") + " - " + line
    }

    /// The gravest first: what was never so, then what is not to be or not the patient's, then the
    /// rest.
    static func sorted(_ caveats: [Caveat]) -> [Caveat] {
        func rank(_ caveat: Caveat) -> Int {
            if caveat.says.hasPrefix("entered in error") { return 0 }
            let isGrave = ["NOT", "refuted", "about "].contains { caveat.says.hasPrefix($0) }
            return isGrave ? 1 : 2
        }
        return (0...2).flatMap { wanted in caveats.filter { rank($0) == wanted } }
    }
}
