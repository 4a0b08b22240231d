internal import CareFHIR
internal import Foundation
internal import Glibc

/// Is where a command writes: results to the standard output, all else to the standard error.
struct Screen: Sendable {
    /// Whether results are JSON.
    let isJSON: Bool
    /// Whether a person reads the results as they come.
    let isTerminal: Bool
    /// Whether a person can be asked.
    let canPrompt: Bool
    /// Whether a person sees the standard error.
    let isErrorTerminal: Bool
    /// How results are painted.
    let style: Style
    /// The columns of the terminal; nil if there is none to fit.
    let width: Int?

    /// Looks at what the program was started with.
    init(_ options: GlobalOptions) {
        let environment = ProcessInfo.processInfo.environment
        isJSON = options.json
        isTerminal = isatty(STDOUT_FILENO) == 1
        isErrorTerminal = isatty(STDERR_FILENO) == 1
        canPrompt = isatty(STDIN_FILENO) == 1 && isErrorTerminal
        style = Style(
            isTerminal: isTerminal, isRefused: options.noColor, environment: environment)
        width = isTerminal ? Self.terminalWidth(environment) : nil
    }

    /// Writes a line of the result.
    func print(_ line: String = "") { Self.write(line + "\n", to: .standardOutput) }

    /// Writes lines of the result.
    func print(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        print(lines.joined(separator: "\n"))
    }

    /// Writes a table, or what to say when it has no rows.
    func print(_ table: Table, ifEmpty sentence: String) {
        guard !table.rows.isEmpty else { return print(sentence) }
        print(table.lines(width: width, style: style))
    }

    /// Writes the result as one line of JSON.
    func print(json value: some Encodable) throws {
        Self.write(try JSONText.line(value) + "\n", to: .standardOutput)
    }

    /// Writes bytes of the result exactly as they are.
    func print(bytes: [UInt8]) {
        Self.write(Data(bytes), to: .standardOutput)
    }

    /// Tells people something beside the result.
    func note(_ sentence: String) {
        Self.write("careloop: \(PlainText.line(sentence))\n", to: .standardError)
    }

    /// Tells people something beside the result, unless a script reads along.
    func hint(_ sentence: String) {
        guard !isJSON else { return }
        note(sentence)
    }

    /// Goes back to the top of an empty screen.
    func clear() {
        guard isTerminal else { return }
        Self.write("\u{1B}[H\u{1B}[2J", to: .standardOutput)
    }

    static func write(_ text: String, to file: FileHandle) { write(Data(text.utf8), to: file) }

    private static func write(_ data: Data, to file: FileHandle) {
        var rest = Array(data)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(file.fileDescriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return giveUp(file) }
            rest = rest.dropFirst(count)
        }
    }

    /// Ends the program if a result did not get out: it must not pass for one that did, nor be noted
    /// as seen.
    ///
    /// Nobody is left to be told when the reader has gone, or complaints cannot be heard.
    private static func giveUp(_ file: FileHandle) {
        guard file.fileDescriptor == STDOUT_FILENO, errno != EPIPE else { return }
        let failure = CommandFailure(
            .refused, "unwritable-output",
            "The result cannot be written: \(String(cString: strerror(errno))). "
                + "Make room, or send it elsewhere.")
        Ending(failure, isJSON: false).leave()
    }

    private static func terminalWidth(_ environment: [String: String]) -> Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            return Int(size.ws_col)
        }
        return environment["COLUMNS"].flatMap { Int($0) } ?? 80
    }
}
