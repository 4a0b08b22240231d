/// Says what a piece of text means, so that a terminal can show it.
enum Tone: Sendable {
    /// As it is.
    case plain
    /// A heading, or something not opened yet.
    case strong
    /// Something beside the point.
    case faint
    /// As it should be.
    case good
    /// Wants attention soon.
    case warning
    /// Wants attention now.
    case bad

    fileprivate var code: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .warning: "33"
        case .bad: "31"
        }
    }
}

/// Paints text where colours are wanted.
struct Style: Sendable {
    /// Whether escape sequences are written at all.
    let isColoured: Bool

    /// Decides as people expect: only on a terminal that can, never with `NO_COLOR` or the option.
    init(isTerminal: Bool, isRefused: Bool, environment: [String: String]) {
        let noColor = environment["NO_COLOR"] ?? ""
        isColoured =
            isTerminal && !isRefused && noColor.isEmpty && environment["TERM"] != "dumb"
    }

    /// `text` in its tone.
    func paint(_ text: String, _ tone: Tone) -> String {
        guard isColoured, let code = tone.code, !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
