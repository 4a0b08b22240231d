import CareStore
import CareVault
import Foundation

/// Is the file `checkpoint` in the data directory: the newest note, there to be copied off.
///
/// It is replaced by a rename, so whoever copies it gets a whole note. The database has it too, so
/// nothing waits for the disk here: after a loss of power the next start writes it again. It is
/// only written after the database has the note, so a file that is ahead of the database proves that
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
        let fresh = path + ".new"
        unlink(fresh)
        let file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw Self.unwritable }
        let bytes = Array(note.utf8)
        let count = Glibc.write(file, bytes, bytes.count)
        close(file)
        guard count == bytes.count, rename(fresh, path) == 0 else { throw Self.unwritable }
    }

    private static var unwritable: StoreError {
        StoreError(
            errno == ENOSPC ? .full : .inputOutput,
            "the file checkpoint in the data directory cannot be written; check the disk")
    }
}
