public import CareModel
public import CareStore
public import CareVault
import GRDB

/// Reads, verifies and proves the audit log of a data directory, without changing anything.
///
/// Works beside a running broker and without one. One thread at a time may use it.
public final class AuditLog {
    private let directory: String
    private let queue: DatabaseQueue
    private let statements: AuditStatements

    /// Opens the log of a data directory.
    ///
    /// Throws if there is none or it cannot be read: that is no sign of tampering.
    public init(directory: String) throws(StoreError) {
        self.directory = directory
        let path = directory + "/careloop.db"
        try DataDirectory.checkIsFile(path)
        do {
            queue = try .readOnly(path, label: "careloop.audit")
            statements = try queue.read { database in
                try Inspection.checkIsCurrent(database)
                return try AuditStatements(database)
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// The origin of the checkpoints that a key signs: `careloop/` and the first 16 hexadecimal
    /// digits of the key's SHA-256.
    public static func origin(of publicKey: [UInt8]) -> String {
        "careloop/" + ContentHash.of(Payload(publicKey)).prefix(8).hexText
    }

    /// The newest checkpoint's signed note; nil before the first.
    public func newestCheckpoint() throws(StoreError) -> String? {
        try read { (statements) throws(StoreError) in try statements.newestCheckpoint()?.note }
    }

    /// Computes the tree anew from what is stored and compares it with everything that was signed:
    /// the checkpoints in the database, the file beside it, and one that was kept elsewhere.
    ///
    /// Takes one state of the log, however long it takes, and constant memory.
    ///
    /// - Parameters:
    ///   - verifier: the key that signed the checkpoints.
    ///   - headKey: authenticates the head; without it the events after the last checkpoint are
    ///     only as good as the database, and ``AuditReport/uncoveredCount`` counts them.
    ///   - external: a signed note that was copied off earlier: with it the restoring of an older
    ///     copy is found.
    ///   - progress: called with the number of events now and then.
    /// - Throws: if something cannot be read, which is not tampering.
    public func verify(
        with verifier: NoteVerifier, headKey: HeadKey? = nil, external: String? = nil,
        progress: (Int64) -> Void = { _ in }
    ) throws(StoreError) -> AuditReport {
        let (given, isForeign) = try Self.read(external, verifier)
        // Read before the database: a running broker writes the file after it.
        var externals = [try checkpointBeside(verifier)]
        if given != externals[0] { externals.append(given) }
        let checkpoints = externals.compactMap(\.self)
        return try read { (statements) throws(StoreError) in
            var verification = try AuditVerification(verifier, externals: checkpoints) {
                (size) throws(StoreError) in try statements.checkpoint(above: size)
            }
            try statements.rows.each(from: .min, to: .max) {
                (sequence, record) throws(StoreError) in
                try verification.take(sequence, record)
                let count = verification.report.eventCount
                if count.isMultiple(of: Self.progressCount) { progress(count) }
                return true
            }
            var report = try verification.finish(try statements.head(), key: headKey)
            if isForeign { report.note(.foreignCheckpoint, 0, 0) }
            return report
        }
    }

    /// Proves that an event is under a checkpoint: the oldest one that covers it.
    ///
    /// Throws `absent` if there is no such event or no checkpoint covers it yet, and `corrupt` if
    /// the log is not the one that was signed.
    public func prove(sequence: Int64) throws(StoreError) -> AuditProof {
        try read { (statements) throws(StoreError) in
            guard let record = try statements.record(sequence) else {
                throw StoreError(.absent, "there is no event \(sequence) in the audit log")
            }
            guard let stored = try statements.checkpoint(above: sequence - 1) else {
                throw StoreError(
                    .absent,
                    "no checkpoint covers event \(sequence) yet; one is made every minute")
            }
            return try Self.proof(of: record, under: stored, statements)
        }
    }

    /// Calls `body` with the events from one place to another, oldest first.
    ///
    /// Reads some at a time, so that a slow `body` holds up nobody. Throws what `body` throws, and
    /// `corrupt` for an event that cannot be read.
    public func records(
        from first: Int64 = 1, to last: Int64 = .max, body: (AuditRecord) throws -> Void
    ) throws {
        var place = first
        while true {
            let found = try read { (statements) throws(StoreError) in
                try statements.records(from: place, to: last, limit: Self.batchCount)
            }
            for record in found { try body(record) }
            guard found.count == Self.batchCount, let end = found.last else { return }
            place = end.sequence + 1
        }
    }

    /// What the file beside the database says; throws if it cannot be read.
    private func checkpointBeside(_ verifier: NoteVerifier) throws(StoreError) -> Checkpoint? {
        do throws(FileTrouble) {
            return try CheckpointFile(directory: directory, verifier: verifier).checkpoint()
        } catch {
            throw StoreError(error)
        }
    }

    private static let progressCount: Int64 = 10_000
    private static let batchCount = 1_000

    /// The checkpoint that was kept elsewhere, and whether it is of another log or key.
    private static func read(
        _ external: String?, _ verifier: NoteVerifier
    ) throws(StoreError) -> (Checkpoint?, isForeign: Bool) {
        guard let external else { return (nil, false) }
        let text: String
        do throws(VaultError) {
            text = try verifier.open(external)
        } catch {
            guard error.code == .untrustedNote else { throw StoreError(.absent, error.message) }
            return (nil, true)
        }
        guard let checkpoint = Checkpoint(text: text) else {
            throw StoreError(.absent, "the note given is not a checkpoint; give one of this log")
        }
        guard checkpoint.origin == origin(of: verifier.publicKey) else { return (nil, true) }
        return (checkpoint, false)
    }

    private static func proof(
        of record: AuditRecord, under stored: StoredCheckpoint, _ statements: AuditStatements
    ) throws(StoreError) -> AuditProof {
        let note = try? SignedNote(stored.note)
        guard var prover = InclusionProver(index: record.sequence - 1, size: stored.size),
            let checkpoint = note.flatMap({ Checkpoint(text: $0.text) })
        else { throw unprovable }
        try statements.rows.each(from: 1, to: stored.size) { (_, record) throws(StoreError) in
            guard let record else { throw unprovable }
            prover.append(AuditLeaf.hash(of: record))
            return true
        }
        guard let path = prover.path, let leaf = prover.leaf,
            MerkleProof.verifyInclusion(
                leaf: leaf, index: prover.index, size: checkpoint.size, path: path,
                root: checkpoint.root)
        else { throw unprovable }
        return AuditProof(
            record: record, index: prover.index, size: prover.size, path: path, note: stored.note)
    }

    private static let unprovable = StoreError(
        .corrupt,
        "the audit log is not the one that was signed; keep every file and run `careloopd audit "
            + "verify`")

    private func read<Result>(
        _ body: (AuditStatements) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do {
            return try queue.read { _ in try body(statements) }
        } catch {
            throw StoreError(error)
        }
    }
}
