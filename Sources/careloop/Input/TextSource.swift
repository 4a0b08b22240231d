internal import ArgumentParser
internal import Foundation

/// Reads documents and words from files and the standard input, never from the command line.
enum InputFile {
    /// No document may be longer; brokers take less by default.
    static let byteCountMax = 64 << 20

    /// The bytes of the file at `path`; of the standard input for `-`.
    static func bytes(at path: String) throws(CommandFailure) -> [UInt8] {
        let file: FileHandle
        if path == "-" {
            file = .standardInput
        } else {
            guard let opened = FileHandle(forReadingAtPath: path) else {
                throw CommandFailure(
                    .usage, "unreadable-file",
                    "The file \(path) cannot be read. Check its name and its permissions.")
            }
            file = opened
        }
        let data: Data
        do {
            data = try file.read(upToCount: byteCountMax + 1) ?? Data()
        } catch {
            throw CommandFailure(
                .usage, "unreadable-file", "The file \(path) cannot be read. Is it a file?")
        }
        guard data.count <= byteCountMax else {
            throw CommandFailure(
                .usage, "payload-too-large",
                "The document is longer than \(byteCountMax >> 20) MiB. Send less in one message.")
        }
        return Array(data)
    }

    /// The text of the file at `path`, without a byte order mark; of the standard input for `-`.
    static func noteText(at path: String) throws(CommandFailure) -> String {
        let bytes = try bytes(at: path)
        // Some Windows programs write the mark or UTF-16; the mark is no part of the words.
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw CommandFailure(
                .usage, "not-text", "The file \(path) is UTF-16 text. Save it as UTF-8.")
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let words = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        guard let text = String(validating: words, as: UTF8.self), !words.contains(0) else {
            throw CommandFailure(
                .usage, "not-text", "The file \(path) is not UTF-8 text. Convert it first.")
        }
        return text
    }

    /// The words of the file at `path`; of the standard input for `-`.
    static func text(at path: String) throws(CommandFailure) -> String {
        let text = try noteText(at: path)
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty else {
            throw CommandFailure(.usage, "empty-text", "The file \(path) holds no words.")
        }
        return trimmed
    }
}

/// Says where the words of a message come from.
struct TextSource {
    /// A file, `-` for the standard input, or nil to ask a person.
    let path: String?
    /// What a person is asked.
    let question: String
    /// The option that names the file.
    let option: String

    /// The words.
    ///
    /// - Throws: a usage failure if there is no file and nobody to ask, or the person gave none.
    func read(on screen: Screen) throws(CommandFailure) -> String {
        if let path { return try InputFile.text(at: path) }
        guard screen.canPrompt else {
            throw .usage(
                "\(question) is missing. Give it with \(option) FILE, or \(option) - for stdin.")
        }
        let text = Prompt(screen: screen).text(question)
        guard !text.isEmpty else { throw .usage("\(question) is empty. Nothing was sent.") }
        return text
    }
}
