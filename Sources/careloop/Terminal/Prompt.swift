internal import Foundation

/// Asks a person at the terminal.
struct Prompt {
    /// Where it asks.
    let screen: Screen

    /// Asks for one line; empty if the person just pressed return or ended the input.
    func line(_ question: String) -> String {
        Screen.write("\(question): ", to: .standardError)
        return (readLine() ?? "").trimmingCharacters(in: .whitespaces)
    }

    /// Asks for several lines, up to a line with a single dot or the end of the input.
    func text(_ question: String) -> String {
        Screen.write("\(question) (end with a single `.` on a line):\n", to: .standardError)
        var lines: [String] = []
        while let line = readLine(), line != "." { lines.append(line) }
        return lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
