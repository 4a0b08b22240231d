import CareModel
import CareStore
import CareVault
import GRDB

/// Appends to the audit log and its tree inside the writer's transactions.
final class AuditWriter {
    private let interner: Interner
    private let signer: NoteSigner
    private let policy: CheckpointPolicy
    private let origin: String
    private let insertEvent: PreparedStatement
    private let updateHead: PreparedStatement
    private let insertCheckpoint: PreparedStatement
    private var tree: MerkleTree
    private var latest: Timestamp
    private var headSize: Int64
    private var checkpointSize: Int64
    private var checkpointedAt = ContinuousClock.now
    /// The size at the newest checkpoint, until somebody has been told of it.
    private var untoldSize: Int64?
    /// The newest checkpoint's note; nil before the first.
    private(set) var note: String?

    init(
        _ database: Database, interner: Interner, state: AuditState, signer: NoteSigner,
        policy: CheckpointPolicy
    ) throws {
        self.interner = interner
        self.signer = signer
        self.policy = policy
        origin = AuditLog.origin(of: signer.verifier.publicKey)
        tree = state.tree
        latest = state.latest
        headSize = state.tree.size
        checkpointSize = state.checkpoint?.size ?? 0
        note = state.checkpoint?.note
        insertEvent = try PreparedStatement(
            database, insertingInto: "audit",
            """
            sequence, kind, at, agent, organisation, recipient, message, delivery, referral, \
            patient, outcome, rule, purpose, epoch, acting_system, acting_value, acting_name, \
            acting_role
            """)
        updateHead = try PreparedStatement(
            database, "UPDATE audit_head SET size = ?, root = ?, mac = ?")
        insertCheckpoint = try PreparedStatement(
            database, insertingInto: "checkpoint", "size, at, peaks, note")
    }

    func append(_ event: AuditEvent) throws(StoreError) {
        let record = AuditRecord(sequence: tree.size + 1, event: event)
        let agent = try interner.agent(event.agent)
        let organisation = try interner.organisation(event.organisation)
        let patient = try interner.patient(event.patient)
        let recipient: Int64? =
            if let mailbox = event.recipient { try interner.mailbox(mailbox) } else { nil }
        try insertEvent.run { row in
            row.add(record.sequence)
            row.add(Codes.auditKind.code(event.kind))
            row.add(event.at)
            row.add(agent)
            row.add(organisation)
            row.add(recipient)
            row.add(event.message?.number)
            row.add(event.delivery?.number)
            row.add(event.referral)
            row.add(patient)
            row.add(event.outcome)
            row.add(event.rule)
            row.add(event.purpose)
            row.add(event.epoch.map(Int64.init))
            let person = event.actingFor
            row.add((person?.identifier.system).flatMap { $0.isEmpty ? nil : $0 })
            row.add(person?.identifier.value)
            row.add(person?.name)
            row.add(person?.role)
        }
        tree.append(AuditLeaf.hash(of: record))
        latest = max(latest, event.at)
    }

    /// Writes the head, once for all events of the transaction, and a checkpoint if so many events
    /// came since the last: call it before the commit.
    func finish() throws(StoreError) {
        guard tree.size > headSize else { return }
        let head = AuditHead(tree)
        try updateHead.run { row in
            row.add(head.size)
            row.add(head.root.bytes)
            row.add(head.mac(key: signer.headKey))
        }
        headSize = tree.size
        if tree.size - checkpointSize >= policy.eventCount { try checkpoint(head.root) }
    }

    /// Whether there are new events and the time for a checkpoint has come.
    var isCheckpointDue: Bool {
        hasNewEvents && ContinuousClock.now - checkpointedAt >= policy.interval
    }

    /// Whether there are events that no checkpoint covers.
    var hasNewEvents: Bool { headSize > checkpointSize }

    /// How many events the log had when it was signed last; nil if that was said before.
    func takeSignedSize() -> Int64? {
        defer { untoldSize = nil }
        return untoldSize
    }

    /// Writes a checkpoint: call it inside a transaction.
    func checkpoint() throws(StoreError) {
        try checkpoint(tree.root)
    }

    /// Its time is the newest event's, or the last checkpoint's if that is later: it never runs
    /// backwards, and it says nothing that the log does not.
    private func checkpoint(_ root: MerkleHash) throws(StoreError) {
        guard let checkpoint = Checkpoint(origin: origin, size: tree.size, root: root, at: latest)
        else { throw StoreError(.contradiction, "a checkpoint has no origin") }
        let note: String
        do throws(VaultError) {
            note = try signer.sign(checkpoint.text)
        } catch {
            throw StoreError(.contradiction, error.message)
        }
        let peaks = tree.peaks.flatMap(\.bytes)
        try insertCheckpoint.run { row in
            row.add(checkpoint.size)
            row.add(checkpoint.at)
            row.add(peaks)
            row.add(note)
        }
        self.note = note
        checkpointSize = checkpoint.size
        untoldSize = checkpoint.size
        checkpointedAt = .now
    }
}
