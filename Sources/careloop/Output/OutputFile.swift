internal import Foundation

/// Writes results to files that people name.
enum OutputFile {
    /// Writes the whole text at once: readers see what was there before, or all of it.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(
                .refused, "unwritable-file",
                "The file \(path) cannot be written. Check its folder and its permissions.")
        }
    }
}
