import CareStore
import GRDB

/// Does between batches what nobody waits for, a little at a time.
final class Chores {
    private let writer: TransactionWriter
    private let journal: Journal
    private let file: CheckpointFile
    /// Whether a data key may still be wrapped with an older master key.
    private var mayHaveOutdatedKeys = true
    /// Whether some were wrapped again since the log was emptied.
    private var hasRewrapped = false
    private var rewrappedAt = ContinuousClock.now - .seconds(60)
    /// The note in the file.
    private var writtenNote: String?
    private var wroteFileAt = ContinuousClock.now - .seconds(60)

    /// So many data keys take less than a millisecond beside the commit itself.
    static let rewrapCount = 64
    /// A busy broker commits no more often than this for the sake of older keys.
    static let busyRewrapInterval = Duration.milliseconds(250)
    /// The file is not written more often than this.
    static let fileInterval = Duration.seconds(1)

    init(_ writer: TransactionWriter, _ journal: Journal, _ file: CheckpointFile) {
        self.writer = writer
        self.journal = journal
        self.file = file
    }

    /// Takes note that there is a newer master key.
    func noteRotation() {
        mayHaveOutdatedKeys = true
    }

    /// - Returns: how many events the audit log had when it was signed, if it was since the last time.
    func run(_ database: Database, isIdle: Bool) throws -> Int64? {
        try journal.maintain(database, isIdle: isIdle)
        let now = ContinuousClock.now
        if mayHaveOutdatedKeys, isIdle || now - rewrappedAt >= Self.busyRewrapInterval {
            try rewrap(database)
            rewrappedAt = now
        }
        if writer.audit.isCheckpointDue { try writer.checkpoint() }
        if now - wroteFileAt >= Self.fileInterval { try writeFile() }
        return writer.audit.takeSignedSize()
    }

    /// Signs the last events: an orderly end.
    func finish() throws(StoreError) {
        if writer.audit.hasNewEvents { try writer.checkpoint() }
        try writeFile()
    }

    /// Once all is done, nothing that the older master key wrapped stays on the disk.
    private func rewrap(_ database: Database) throws {
        if try writer.rewrap(count: Self.rewrapCount) {
            hasRewrapped = true
            return
        }
        mayHaveOutdatedKeys = false
        guard hasRewrapped else { return }
        hasRewrapped = false
        try journal.forget(database)
    }

    private func writeFile() throws(StoreError) {
        guard let note = writer.audit.note, note != writtenNote else { return }
        wroteFileAt = .now
        do throws(FileTrouble) {
            try file.write(note)
        } catch {
            // The note is in the database; only its copy for others waits for room.
            guard error.mayPass else { throw StoreError(error) }
            return
        }
        writtenNote = note
    }
}
