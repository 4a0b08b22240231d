import Foundation
import Testing

/// Is CLP-1.md, cut into what tests compare.
struct Specification {
    let text: String

    init() throws { text = try Checkout.text("Protocols/CLP-1.md") }

    /// The names after `A:` or `B:` in the grammar.
    func grammarNames(of side: Character) throws -> Set<String> {
        let start = try #require(text.range(of: "```abnf\n"))
        let end = try #require(text.range(of: "\n```", range: start.upperBound..<text.endIndex))
        var names: Set<String> = []
        for word in text[start.upperBound..<end.lowerBound].split(whereSeparator: \.isWhitespace)
        where word.first == side && word.dropFirst().first == ":" {
            names.insert(String(word.dropFirst(2)))
        }
        return names
    }

    /// The rows of the table whose head has these columns, without the head.
    func table(_ columns: [String]) throws -> [[String]] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let head = try #require(
            lines.firstIndex { $0.hasPrefix("|") && Self.cells(of: $0) == columns }, "\(columns)")
        return lines[(head + 2)...].prefix { $0.hasPrefix("|") }.map(Self.cells)
    }

    /// The table below the heading of a message; empty if there is none.
    func fieldTable(of message: String) throws -> [[String]] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let heading = try #require(lines.firstIndex(of: "### \(message)"), "no heading \(message)")
        let section = lines[(heading + 1)...].prefix { !$0.hasPrefix("#") }
        guard let head = section.firstIndex(where: { $0.hasPrefix("| field |") }) else { return [] }
        return section[(head + 2)...].prefix { $0.hasPrefix("|") }.map(Self.cells)
    }

    private static func cells(of line: String) -> [String] {
        line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }
}

/// Reads one of the JSON files beside the specification.
func publishedObject(_ name: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Checkout.data("Protocols/\(name)"))
    return try #require(object as? [String: Any])
}

/// The objects of a list in it.
func publishedRows(_ name: String, _ list: String) throws -> [[String: Any]] {
    try #require(publishedObject(name)[list] as? [[String: Any]])
}
