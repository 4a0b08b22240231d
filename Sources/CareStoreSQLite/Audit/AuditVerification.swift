import CareModel
import CareStore
import CareVault

/// Compares the audit log with what was signed of it, event by event, in constant memory.
///
/// A checkpoint keeps the roots of its full subtrees. Where the events before it were changed, the
/// tree goes on from those, so that the next part is judged by itself and the report can say in
/// which part something is wrong.
struct AuditVerification {
    private let verifier: NoteVerifier
    private let externals: [Checkpoint]
    /// The next checkpoint with more events than this.
    private let next: (Int64) throws(StoreError) -> StoredCheckpoint?
    private(set) var report = AuditReport()
    private var tree = MerkleTree()
    private var last: Int64 = 0
    private var latest: Timestamp?
    private var expected: StoredCheckpoint?
    private var checkpointedAt: Timestamp?
    /// The first event that no checkpoint covers.
    private var partStart: Int64 = 1
    /// The roots at the sizes of ``externals``.
    private var externalRoots: [Int64: MerkleHash] = [:]
    /// The size of the largest good checkpoint, and whether the head's MAC vouches for all.
    private var coveredSize: Int64 = 0
    private var isHeadGood = false

    init(
        _ verifier: NoteVerifier, externals: [Checkpoint],
        next: @escaping (Int64) throws(StoreError) -> StoredCheckpoint?
    ) throws(StoreError) {
        self.verifier = verifier
        self.externals = externals
        self.next = next
        expected = try next(.min)
        externalRoots[0] = tree.root
    }

    /// Takes the next event; nil if it cannot be read.
    mutating func take(_ sequence: Int64, _ record: AuditRecord?) throws(StoreError) {
        while let checkpoint = expected, checkpoint.size < sequence { try pass(checkpoint) }
        report.eventCount += 1
        if sequence <= last || sequence < 1 {
            report.note(.added, sequence, sequence)
        } else if sequence > last + 1 {
            report.note(.gap, last + 1, sequence - 1)
        }
        last = max(last, sequence)
        if let record {
            if let latest, record.event.at < latest {
                report.note(.clockBackwards, sequence, sequence)
            }
            latest = record.event.at
            tree.append(AuditLeaf.hash(of: record))
        } else {
            report.note(.unreadableEvent, sequence, sequence)
            // Something must stand at its place, or every later leaf would move.
            tree.append(.empty)
        }
        if externals.contains(where: { $0.size == tree.size }) {
            externalRoots[tree.size] = tree.root
        }
        if let checkpoint = expected, checkpoint.size == sequence { try pass(checkpoint) }
    }

    /// Takes the head, after the last event.
    mutating func finish(_ head: StoredHead?, key: HeadKey?) throws(StoreError) -> AuditReport {
        while let checkpoint = expected {
            report.note(.cut, last + 1, max(checkpoint.size, last + 1))
            try advance(past: checkpoint)
        }
        check(head, key)
        for external in externals { check(external) }
        report.lastSequence = last
        report.uncoveredCount = isHeadGood ? 0 : max(0, last - coveredSize)
        return report
    }

    private mutating func pass(_ row: StoredCheckpoint) throws(StoreError) {
        if let signed = row.checkpoint(verifier) {
            let stored = row.tree
            if stored?.root != signed.root { report.note(.forgedCheckpoint, row.size, row.size) }
            if let checkpointedAt, signed.at < checkpointedAt {
                report.note(.clockBackwards, row.size, row.size)
            }
            checkpointedAt = signed.at
            if tree.size != signed.size || tree.root != signed.root {
                report.note(.changed, partStart, max(partStart, row.size))
                if let stored, stored.root == signed.root { tree = stored }
            } else {
                coveredSize = max(coveredSize, signed.size)
            }
        } else {
            report.note(.forgedCheckpoint, row.size, row.size)
        }
        partStart = row.size + 1
        try advance(past: row)
    }

    private mutating func advance(past row: StoredCheckpoint) throws(StoreError) {
        report.checkpointCount += 1
        expected = try next(row.size)
    }

    private mutating func check(_ stored: StoredHead?, _ key: HeadKey?) {
        guard let stored, let head = stored.head else {
            return report.note(.forgedHead, last, last)
        }
        let isAuthentic = key.map { head.verify(mac: stored.mac, key: $0) }
        if isAuthentic == false { report.note(.forgedHead, last, last) }
        if head.size > last { return report.note(.cut, last + 1, head.size) }
        if head.size < last { return report.note(.added, head.size + 1, last) }
        if AuditHead(tree) != head { return report.note(.changed, min(partStart, last), last) }
        isHeadGood = isAuthentic == true
    }

    private mutating func check(_ external: Checkpoint) {
        if external.size > last {
            report.note(.rewritten, last + 1, external.size)
        } else if externalRoots[external.size] != external.root {
            report.note(.rewritten, min(1, external.size), external.size)
        } else {
            coveredSize = max(coveredSize, external.size)
        }
    }
}
