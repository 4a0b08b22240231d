internal import CareVault

/// Writes results to files that people name.
enum OutputFile {
    /// Writes the whole text at once: readers see what was there before, or all of it.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        do throws(FileFailure) {
            try AtomicFile.replace(text.utf8, at: path, mode: 0o666)
        } catch {
            throw CommandFailure(
                .refused, "unwritable-file",
                "The file \(path) cannot be written: \(error). Check its folder and its permissions."
            )
        }
    }
}
