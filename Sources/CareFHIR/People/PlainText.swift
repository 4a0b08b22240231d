/// Makes text from documents safe to show on a terminal.
///
/// Whoever wrote a document must not be able to move the cursor, recolour or rename the reader's
/// window, hide text, or turn its direction round.
public enum PlainText {
    /// Paragraphs of `text`, each one line without anything but printable characters.
    public static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(String(line))
                line = String.UnicodeScalarView()
            case "\t", "\u{A0}":
                line.append(" ")
            default:
                if isPrintable(scalar) { line.append(scalar) }
            }
        }
        lines.append(String(line))
        return lines.map { trimmed($0) }.filter { !$0.isEmpty }
    }

    /// `text` as one line.
    public static func line(_ text: String) -> String { lines(text).joined(separator: " ") }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            false
        default: true
        }
    }

    private static func trimmed(_ line: String) -> String {
        line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    /// `text` with the entities of XML and the commoner ones of HTML resolved.
    static func resolvingEntities(in text: String) -> String {
        var resolved = ""
        var rest = text[...]
        while let ampersand = rest.firstIndex(of: "&") {
            resolved += rest[..<ampersand]
            rest = rest[ampersand...]
            guard let end = rest.prefix(10).firstIndex(of: ";"),
                let scalar = entity(rest[rest.index(after: ampersand)..<end])
            else {
                resolved.append("&")
                rest = rest.dropFirst()
                continue
            }
            resolved.unicodeScalars.append(scalar)
            rest = rest[rest.index(after: end)...]
        }
        return resolved + rest
    }

    private static func entity(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        case "nbsp": return " "
        case "le": return "≤"
        case "ge": return "≥"
        case "ne": return "≠"
        case "not": return "¬"
        case "minus": return "−"
        case "plusmn": return "±"
        case "micro": return "µ"
        case "deg": return "°"
        case "times": return "×"
        default:
            guard name.first == "#" else { return nil }
            let digits = name.dropFirst()
            let isHex = digits.first == "x" || digits.first == "X"
            let number = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
            return number.flatMap { Unicode.Scalar($0) }
        }
    }
}
