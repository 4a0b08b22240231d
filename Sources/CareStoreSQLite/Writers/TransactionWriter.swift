import CareModel
import CareStore
import CareVault
import GRDB

/// Writes what a plan says, one transaction at a time.
struct TransactionWriter {
    let audit: AuditWriter
    private let counters: Counters
    private let seals: SealWriter
    private let interner: Interner
    private let messages: MessageWriter
    private let referrals: ReferralWriter
    private let deliveries: DeliveryWriter
    private let records: RecordWriter
    private let breakGlasses: BreakGlassWriter
    private let directory: DirectoryWriter
    private let begin: PreparedStatement
    private let commit: PreparedStatement
    private let rollback: PreparedStatement
    private let see: PreparedStatement
    private let consentEpoch: PreparedStatement

    init(
        _ database: Database, names: NameTable, ring: KeyRing, counters: Counters,
        audit state: AuditState, signer: NoteSigner, policy: CheckpointPolicy
    ) throws {
        self.counters = counters
        seals = try SealWriter(database, ring: ring)
        interner = try Interner(database, names: names, seals: seals)
        messages = try MessageWriter(database, interner: interner, seals: seals)
        referrals = try ReferralWriter(database, interner: interner)
        deliveries = try DeliveryWriter(database, interner: interner)
        records = try RecordWriter(database, interner: interner, counters: counters)
        breakGlasses = try BreakGlassWriter(database, interner: interner, seals: seals)
        directory = try DirectoryWriter(database, interner: interner)
        audit = try AuditWriter(
            database, interner: interner, state: state, signer: signer, policy: policy)
        begin = try PreparedStatement(database, "BEGIN IMMEDIATE")
        commit = try PreparedStatement(database, "COMMIT")
        rollback = try PreparedStatement(database, "ROLLBACK")
        see = try PreparedStatement(
            database, "UPDATE broker SET last_seen = ?1 WHERE last_seen < ?1")
        consentEpoch = try PreparedStatement(database, LookupQuery.consentEpoch)
    }

    /// Makes all of a transaction's writes durable, or none; a conflict commits nothing.
    ///
    /// The file has one writer, so the facts are as they were loaded and need no comparison: only
    /// the epochs are looked at, in the transaction that records what leaves under them. After an
    /// error the caches here may be wrong: the store must not be used again.
    func run(_ transaction: Transaction) throws(StoreError) -> Commit {
        interner.trim()
        return try committing { () throws(StoreError) in
            for (patient, epoch) in transaction.epochs {
                guard try currentEpoch(of: patient) == epoch else { return .conflict }
            }
            return .done(try write(transaction.writes))
        }
    }

    /// Writes a checkpoint of the audit log.
    func checkpoint() throws(StoreError) {
        try committing { () throws(StoreError) in try audit.checkpoint() }
    }

    /// Wraps some data keys with the newest master key; false if none was left to do.
    func rewrap(count: Int) throws(StoreError) -> Bool {
        try committing { () throws(StoreError) in try seals.rewrap(count: count) }
    }

    private func committing<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try begin.run()
        do throws(StoreError) {
            let result = try body()
            try commit.run()
            return result
        } catch {
            // SQLite may have rolled back by itself, and then this fails and changes nothing.
            try? rollback.run()
            throw error
        }
    }

    private func currentEpoch(of patient: PatientKey) throws(StoreError) -> UInt32 {
        guard let id = try interner.names.find(patient) else { return 0 }
        return try consentEpoch.first({ $0.add(id) }) { (row) throws(StoreError) in
            try row.count()
        } ?? 0
    }

    /// Numbers each write as its turn comes, and writes it.
    private func write(_ writes: [Write]) throws(StoreError) -> Numbering {
        let numbering = counters.numbering()
        let outlook = Outlook(of: writes, numbering)
        var events: [SequencedEvent] = []
        for write in writes {
            if case .appendEvent(let stream, let event) = write {
                events.append(try records.append(event, to: stream))
            } else {
                try apply(write, numbering, named: outlook.named)
            }
        }
        try interner.checkReferrals()
        // A message is found in the thread of a directive by way of what it brought.
        for (directive, message) in outlook.brought {
            try records.check(directive, isBroughtBy: message)
        }
        if let latest = outlook.latest { try see.run { $0.add(latest) } }
        try audit.finish()
        if outlook.changesRegistry { counters.noteRegistryChange() }
        return Numbering(
            lastMessage: numbering.lastMessage, lastDelivery: numbering.lastDelivery,
            events: events, registryVersion: counters.registryVersion)
    }

    /// Is what has to be known of a transaction's writes together, found in one pass over them.
    private struct Outlook {
        /// The submissions that brought messages.
        private(set) var named: [MessageNumber: SubmissionKey] = [:]
        /// The directives that messages are said to have brought.
        private(set) var brought: [(ConsentID, MessageNumber)] = []
        /// The latest time that any of them tells.
        private(set) var latest: Timestamp?
        private(set) var changesRegistry = false

        init(of writes: [Write], _ numbering: Numbering) {
            for write in writes {
                if let time = write.latestTime { latest = max(latest ?? time, time) }
                switch write {
                case .recordSubmission(let key, let record):
                    if let message = record.message { named[numbering.number(message)] = key }
                case .insertMessage(let message, _):
                    guard case .directive(let id) = message.thread else { continue }
                    brought.append((id, numbering.number(message.number)))
                default: changesRegistry = changesRegistry || write.changesRegistry
                }
            }
        }
    }

    /// Writes one, with the numbers that `Write.numbered(by:)` would give it.
    private func apply(
        _ write: Write, _ numbering: Numbering, named: [MessageNumber: SubmissionKey]
    ) throws(StoreError) {
        switch write {
        case .recordSubmission(let key, let record):
            try messages.record(record.numbered(by: numbering), for: key)
        case .insertMessage(let message, let payload):
            let message = message.numbered(by: numbering)
            let isNamed =
                named[message.number].map {
                    $0.message == message.id && $0.sender == message.sender
                } ?? false
            try messages.insert(message, payload.numbered(by: numbering), isNamed: isNamed)
            counters.note(message.number)
        case .putReferral(let referral): try referrals.put(referral)
        case .insertDelivery(let delivery):
            let delivery = delivery.numbered(by: numbering)
            try deliveries.insert(delivery)
            counters.note(delivery)
        case .updateDelivery(let delivery):
            let delivery = delivery.numbered(by: numbering)
            try deliveries.update(delivery)
            counters.note(delivery)
        case .appendEvent: preconditionFailure("events are numbered and appended by themselves")
        case .appendAudit(let event): try audit.append(event.numbered(by: numbering))
        case .putConsent(let record): try records.put(record.numbered(by: numbering))
        case .raiseConsentEpoch(let patient, let epoch):
            try records.raiseEpoch(of: patient, to: epoch)
        case .reconsider(let patient, let last):
            try records.reconsider(patient, after: last.map(numbering.number))
        case .putBreakGlass(let glass): try breakGlasses.put(glass)
        case .shred(let patient, let time):
            guard let id = try interner.names.find(patient) else { return }
            try seals.shred(id)
            try records.revokeConsents(of: id, at: time)
        case .putOrganisation(let organisation): try directory.put(organisation)
        case .putService(let service): try directory.put(service)
        case .putAgent(let agent): try directory.put(agent)
        case .putStream(let stream): try records.put(stream)
        case .renewStream(let stream): try records.renew(stream)
        }
    }
}
