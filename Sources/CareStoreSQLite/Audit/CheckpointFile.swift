import CareStore
import CareVault
import Foundation

/// Is the file `checkpoint` in the data directory: the newest note, there to be copied off.
///
/// It is replaced at once, so whoever copies it gets a whole note. It is only written after the database has the note, so a file that is ahead of the database proves that
/// the database was set back.
struct CheckpointFile {
    let verifier: NoteVerifier
    private let path: String

    init(directory: String, verifier: NoteVerifier) {
        path = directory + "/checkpoint"
        self.verifier = verifier
    }

    /// What the file says; nil if there is none, or it is not one that the key signed.
    var checkpoint: Checkpoint? {
        guard let note = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return try? verifier.openCheckpoint(note)
    }

    /// Writes a newer note; one that speaks of more events is evidence and stays.
    func write(_ note: String) throws(StoreError) {
        if let checkpoint, let size = (try? verifier.openCheckpoint(note))?.size,
            checkpoint.size > size
        {
            return
        }
        do throws(FileFailure) {
            try AtomicFile.replace(note.utf8, at: path)
        } catch {
            throw StoreError(
                error.isFull ? .full : .inputOutput,
                "the file checkpoint in the data directory cannot be written (\(error)); check the "
                    + "disk")
        }
    }
}
