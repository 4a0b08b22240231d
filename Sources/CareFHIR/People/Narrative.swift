/// Reads the XHTML of narratives.
///
/// What is struck out or hidden there is marked: shown as plain words it would say what the author
/// took back. Cells of a table stay apart, and powers stay powers.
enum Narrative {
    /// The text of `markup`, a line for each block.
    static func lines(of markup: String) -> [String] {
        var reader = Reader(rest: markup[...])
        while reader.readNext() {}
        return PlainText.lines(PlainText.resolvingEntities(in: reader.text))
    }

    private struct Reader {
        var rest: Substring
        var text = ""
        /// The elements that are open, with what closes their mark.
        var open: [(name: String, end: String)] = []

        /// Reads one piece of text or markup; false at the end.
        mutating func readNext() -> Bool {
            guard let first = rest.first else { return false }
            if rest.hasPrefix("<!--") {
                rest = rest.range(afterFirst: "-->")
            } else if first == "<" {
                readTag()
            } else {
                let end = rest.firstIndex(of: "<") ?? rest.endIndex
                text += rest[..<end]
                rest = rest[end...]
            }
            return true
        }

        private mutating func readTag() {
            var quote: Character?
            var end = rest.index(after: rest.startIndex)
            while end < rest.endIndex {
                let character = rest[end]
                if let open = quote {
                    if character == open { quote = nil }
                } else if character == ">" {
                    break
                } else if character == "\"" || character == "'" {
                    quote = character
                }
                end = rest.index(after: end)
            }
            let tag = rest[rest.index(after: rest.startIndex)..<end]
            rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
            let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
            if Narrative.blocks.contains(name) { text += "\n" }
            tag.hasPrefix("/") ? close(name) : begin(name, tag.lowercased())
        }

        private mutating func begin(_ name: String, _ tag: String) {
            if name == "img", let alt = Narrative.attribute("alt", of: tag) {
                text += " [picture: \(alt)] "
            }
            if Narrative.cells.contains(name), let last = text.last, last != "\n" { text += " | " }
            guard !tag.hasSuffix("/"), !["br", "hr", "img", "col"].contains(name) else { return }
            let (start, end) = Narrative.mark(name, tag)
            text += start
            open.append((name, end))
        }

        private mutating func close(_ name: String) {
            guard let place = open.lastIndex(where: { $0.name == name }) else { return }
            for element in open[place...].reversed() { text += element.end }
            open.removeSubrange(place...)
        }
    }

    /// What stands before and after the content of an element that is not plain text.
    private static func mark(_ name: String, _ tag: String) -> (start: String, end: String) {
        let style = tag.filter { $0 != " " }
        if ["del", "s", "strike"].contains(name) || style.contains("line-through") {
            return (" [struck out: ", "] ")
        }
        if style.contains("display:none") || style.contains("visibility:hidden") {
            return (" [hidden: ", "] ")
        }
        return name == "sup" ? ("^", "") : ("", "")
    }

    private static func attribute(_ name: String, of tag: String) -> Substring? {
        let value = tag.range(afterFirst: "\(name)=")
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return value.dropFirst().prefix { $0 != quote }
    }

    private static let cells: Set = ["td", "th"]
    private static let blocks: Set = [
        "p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "dt", "dd", "ul",
        "ol", "table", "caption", "pre", "blockquote",
    ]
}

extension StringProtocol where SubSequence == Substring {
    /// What follows the first `mark`; empty without one.
    fileprivate func range(afterFirst mark: String) -> Substring {
        var rest = self[startIndex...]
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return rest.dropFirst(mark.count) }
            rest = rest.dropFirst()
        }
        return rest
    }
}
