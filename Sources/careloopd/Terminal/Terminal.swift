import Foundation

/// Speaks to the operator: asks on the terminal, tells progress on standard error.
enum Terminal {
    /// Whether there is a person to ask.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Asks for one line; empty if the person just pressed return or ended the input.
    static func ask(_ question: String) -> String {
        tell("\(question): ", ending: "")
        return (readLine() ?? "").trimmingCharacters(in: .whitespaces)
    }

    /// Ends the command unless the person types `word`; asks nobody where there is no terminal.
    static func confirm(_ question: String, by word: String) throws {
        guard canAsk else { return }
        guard ask("\(question) Type \(word) to go on") == word else {
            throw OperatorFailure("Nothing was done.")
        }
    }

    /// Writes a line to standard error.
    static func tell(_ line: String, ending: String = "\n") {
        FileHandle.standardError.write(Data((line + ending).utf8))
    }
}
