import CareModel
import CareStore
import CareVault
import GRDB

/// Is a checkpoint as its row has it.
struct StoredCheckpoint {
    let size: Int64
    let at: Timestamp
    let peaks: [UInt8]
    let note: String

    static let columns = "size, at, peaks, note"

    /// What is damaged comes as empty, which nobody signed: a verification is to find it, and the
    /// start refuses it.
    init(_ row: Columns) {
        var row = row
        size = row.optionalInt() ?? 0
        at = row.optionalTime() ?? Timestamp(milliseconds: 0)
        peaks = row.optionalBytes() ?? []
        note = row.optionalText() ?? ""
    }

    /// The tree as it was then; nil if the peaks are none of a tree of this size.
    var tree: MerkleTree? {
        guard peaks.count % MerkleHash.byteCount == 0 else { return nil }
        let hashes = stride(from: 0, to: peaks.count, by: MerkleHash.byteCount).compactMap {
            MerkleHash(bytes: Array(peaks[$0..<($0 + MerkleHash.byteCount)]))
        }
        return MerkleTree(size: size, peaks: hashes)
    }

    /// What the note says; nil unless it is signed, and says the same as the other columns.
    func checkpoint(_ verifier: NoteVerifier) -> Checkpoint? {
        guard let text = try? verifier.open(note), let checkpoint = Checkpoint(text: text),
            checkpoint.origin == AuditLog.origin(of: verifier.publicKey),
            checkpoint.size == size, checkpoint.at == at
        else { return nil }
        return checkpoint
    }
}

/// Is the audit log's head as its row has it.
struct StoredHead {
    let head: AuditHead?
    let mac: [UInt8]

    static let query = "SELECT size, root, mac FROM audit_head"

    /// What is damaged comes as no head.
    init(_ row: Columns) {
        var row = row
        let size = row.int()
        let root = MerkleHash(bytes: row.bytes())
        mac = row.bytes()
        head = row.isGood ? root.map { AuditHead(size: size, root: $0) } : nil
    }
}

/// Is where the audit log stands when the store starts.
struct AuditState {
    var tree = MerkleTree()
    /// The newest event's time, or the newest checkpoint's.
    var latest = Timestamp(milliseconds: 0)
    /// The newest checkpoint; nil before the first.
    var checkpoint: StoredCheckpoint?

    /// Rebuilds the tree from the newest checkpoint and the events after it, and throws unless that
    /// is what the head says.
    init(_ database: Database, signer: NoteSigner) throws {
        let newest = try PreparedStatement(
            database,
            "SELECT \(StoredCheckpoint.columns) FROM checkpoint ORDER BY size DESC LIMIT 1")
        let head = try PreparedStatement(database, StoredHead.query)
        checkpoint = try newest.first { StoredCheckpoint($0) }
        if let checkpoint {
            guard let tree = checkpoint.tree,
                checkpoint.checkpoint(signer.verifier)?.root == tree.root
            else { throw Self.mismatch }
            self.tree = tree
            latest = checkpoint.at
        }
        try AuditRows(database).each(from: tree.size + 1, to: .max) {
            (sequence, record) throws(StoreError) in
            guard let record, sequence == tree.size + 1 else { throw Self.mismatch }
            tree.append(AuditLeaf.hash(of: record))
            latest = max(latest, record.event.at)
            return true
        }
        let stored = try head.first { StoredHead($0) }
        guard let stored, let found = stored.head, found == AuditHead(tree),
            found.verify(mac: stored.mac, key: signer.headKey)
        else { throw Self.mismatch }
    }

    /// Writes the head of the empty log if no broker ever ran on the database.
    static func prepare(_ database: Database, signer: NoteSigner) throws {
        let head = AuditHead(MerkleTree())
        let insert = try PreparedStatement(
            database,
            """
            INSERT INTO audit_head (id, size, root, mac) SELECT 1, ?, ?, ?
            WHERE (SELECT starts FROM broker) = 0 AND NOT EXISTS (SELECT 1 FROM audit_head)
            """)
        try insert.run { row in
            row.add(head.size)
            row.add(head.root.bytes)
            row.add(head.mac(key: signer.headKey))
        }
    }

    /// Throws if the file beside the database proves that the database was set back.
    func check(against file: CheckpointFile, _ database: Database) throws {
        let known: Checkpoint?
        do throws(FileTrouble) {
            known = try file.checkpoint()
        } catch {
            throw StoreError(error)
        }
        guard let known else { return }
        guard known.size != tree.size else {
            guard known.root == tree.root else { throw Self.setBack }
            return
        }
        // Each note in the file was a row before, and no row is ever removed.
        let row = try PreparedStatement(
            database, "SELECT \(StoredCheckpoint.columns) FROM checkpoint WHERE size = ?")
        let stored = try row.first({ $0.add(known.size) }) { StoredCheckpoint($0) }
        guard known.size < tree.size, stored?.checkpoint(file.verifier)?.root == known.root
        else { throw Self.setBack }
    }

    private static let setBack = StoreError(
        .corrupt,
        """
        the database is older than the checkpoint beside it, or goes on from an older one; keep \
        every file and find out who set it back. If a back-up was restored on purpose, move the \
        file `checkpoint` out of the data directory, keep it as evidence, and start again
        """)

    private static let mismatch = StoreError(
        .corrupt,
        """
        the audit log is not as this broker left it, or the audit key is another one; keep every \
        file, restore the audit key if it was changed, and run `careloopd audit verify`
        """)
}
