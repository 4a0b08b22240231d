import CareStore
import Foundation

/// Is the file `checkpoint` in the data directory: the newest note, there to be copied off.
///
/// It is replaced by a rename, so whoever copies it gets a whole note. The database has it too, so
/// nothing waits for the disk here: after a loss of power the next start writes it again.
struct CheckpointFile {
    let directory: DataDirectory

    func write(_ note: String) throws(StoreError) {
        let path = directory.path + "/checkpoint"
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
