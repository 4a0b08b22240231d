import CareStore
import CareVault

/// Is the file `checkpoint` in the data directory: the newest note, there to be copied off.
///
/// It is replaced at once, so whoever copies it gets a whole note. It is only written after the
/// database has the note, so a file that is ahead of the database proves that the database was set
/// back.
struct CheckpointFile {
    let verifier: NoteVerifier
    private let file: SmallFile

    init(directory: String, verifier: NoteVerifier) {
        file = SmallFile("checkpoint", in: directory)
        self.verifier = verifier
    }

    /// What the file says; nil if there is none, or it is not one that the key signed: anybody can
    /// write such a one, so it proves nothing.
    ///
    /// A file that cannot be read may prove something, and is an error.
    func checkpoint() throws(FileTrouble) -> Checkpoint? {
        guard let bytes = try file.bytes() else { return nil }
        do throws(VaultError) {
            return try verifier.openCheckpoint(String(decoding: bytes, as: UTF8.self))
        } catch {
            return nil
        }
    }

    /// Writes a newer note of this key; one that speaks of more events is evidence and stays.
    func write(_ note: String) throws(FileTrouble) {
        let newer: Checkpoint
        do throws(VaultError) {
            newer = try verifier.openCheckpoint(note)
        } catch {
            preconditionFailure("only checkpoints that the key has signed are written")
        }
        if let checkpoint = try checkpoint(), checkpoint.size > newer.size { return }
        try file.replace(with: note)
    }
}
