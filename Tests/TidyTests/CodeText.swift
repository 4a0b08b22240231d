/// Blanks what is not code in Swift text, so that rules about code do not trip over prose.
///
/// Knows comments (nested too), string literals (raw and multi-line too) and the code inside their
/// interpolations. It does not know regex literals with a quote in them; the project has none.
struct CodeText {
    /// The text with comments and the words of string literals as spaces; quotes and lines stay.
    static func blankingWords(of text: String) -> String {
        var scanner = CodeText(text)
        scanner.scan()
        return String(decoding: scanner.output, as: UTF8.self)
    }

    private enum Mode: Equatable {
        case code
        /// Code inside a string literal; ends at the parenthesis that brings the depth to zero.
        case interpolation(depth: Int)
        case string(hashCount: Int, isMultiline: Bool)
        case lineComment
        case blockComment(depth: Int)
    }

    private let input: [UInt8]
    private var output: [UInt8] = []
    private var position = 0
    private var modes: [Mode] = [.code]

    private init(_ text: String) {
        input = Array(text.utf8)
        output.reserveCapacity(input.count)
    }

    private mutating func scan() {
        while position < input.count {
            switch modes.last ?? .code {
            case .code: scanCode(depth: nil)
            case .interpolation(let depth): scanCode(depth: depth)
            case .string(let hashCount, let isMultiline):
                scanString(hashCount: hashCount, isMultiline: isMultiline)
            case .lineComment:
                if input[position] == UInt8(ascii: "\n") { modes.removeLast() }
                blank(1)
            case .blockComment(let depth): scanBlockComment(depth: depth)
            }
        }
    }

    private mutating func scanCode(depth: Int?) {
        if starts(with: "//") { return enter(.lineComment, blanking: 2) }
        if starts(with: "/*") { return enter(.blockComment(depth: 1), blanking: 2) }
        if let (hashCount, isMultiline) = stringOpening() {
            modes.append(.string(hashCount: hashCount, isMultiline: isMultiline))
            return keep(hashCount + (isMultiline ? 3 : 1))
        }
        if let depth { trackInterpolation(depth: depth) }
        keep(1)
    }

    private mutating func trackInterpolation(depth: Int) {
        switch input[position] {
        case UInt8(ascii: "("): modes[modes.count - 1] = .interpolation(depth: depth + 1)
        case UInt8(ascii: ")") where depth == 1: modes.removeLast()
        case UInt8(ascii: ")"): modes[modes.count - 1] = .interpolation(depth: depth - 1)
        default: break
        }
    }

    private mutating func scanString(hashCount: Int, isMultiline: Bool) {
        let hashes = String(repeating: "#", count: hashCount)
        let closing = (isMultiline ? "\"\"\"" : "\"") + hashes
        if starts(with: closing) {
            modes.removeLast()
            return keep(closing.utf8.count)
        }
        let escape = "\\" + hashes
        if starts(with: escape + "(") {
            modes.append(.interpolation(depth: 1))
            blank(escape.utf8.count)
            return keep(1)
        }
        if starts(with: escape) { return blank(min(escape.utf8.count + 1, input.count - position)) }
        // A literal on one line cannot hold a line break: whatever opened it was no quote.
        if !isMultiline, input[position] == UInt8(ascii: "\n") { modes.removeLast() }
        blank(1)
    }

    private mutating func scanBlockComment(depth: Int) {
        if starts(with: "/*") {
            modes[modes.count - 1] = .blockComment(depth: depth + 1)
            return blank(2)
        }
        guard starts(with: "*/") else { return blank(1) }
        modes.removeLast()
        if depth > 1 { modes.append(.blockComment(depth: depth - 1)) }
        blank(2)
    }

    /// The literal that begins here, if one does: its number of `#` and whether it has three quotes.
    private func stringOpening() -> (hashCount: Int, isMultiline: Bool)? {
        var index = position
        while index < input.count, input[index] == UInt8(ascii: "#") { index += 1 }
        let hashCount = index - position
        guard starts(with: "\"", at: index) else { return nil }
        return (hashCount, starts(with: "\"\"\"", at: index))
    }

    private func starts(with text: String, at index: Int? = nil) -> Bool {
        let index = index ?? position
        let end = index + text.utf8.count
        return end <= input.count && input[index..<end].elementsEqual(text.utf8)
    }

    private mutating func enter(_ mode: Mode, blanking byteCount: Int) {
        modes.append(mode)
        blank(byteCount)
    }

    private mutating func keep(_ byteCount: Int) {
        output += input[position..<position + byteCount]
        position += byteCount
    }

    private mutating func blank(_ byteCount: Int) {
        for byte in input[position..<position + byteCount] {
            output.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
        }
        position += byteCount
    }
}
