import CareModel
import CareStore
@testable import CareStoreSQLite
import CareTestKit
import CareVault
import Foundation
import GRDB
import Testing

@Suite("A database of an earlier version is migrated and keeps everything")
struct UpgradeTests {
    @Test("a database of every earlier schema is kept for these tests")
    func keepsEverySchema() {
        let kept = KeptDatabase.all.map(\.schema)
        #expect(!kept.isEmpty)
        #expect(Set(kept).isSuperset(of: Schema.current.migrations.dropLast().map(\.version)))
        #expect(kept.allSatisfy { $0 <= Schema.current.version })
    }

    @Test("referrals, deliveries and documents are there", arguments: KeptDatabase.all)
    func keepsEverything(kept: KeptDatabase) throws {
        let opened = try OpenedDatabase(kept)
        for (name, referral) in try kept.expected().referrals {
            try opened.expect(referral, name)
        }
        for (message, hash) in try kept.expected().documents {
            let found = try opened.document(of: message)
            #expect(found.map { ContentHash.of($0).hexText } == hash, "\(message)")
        }
    }

    @Test("people, streams, overrides, directives are there", arguments: KeptDatabase.all)
    func keepsRecords(kept: KeptDatabase) throws {
        let opened = try OpenedDatabase(kept)
        let state = opened.state
        #expect(!state.wasRestored)
        #expect(state.registry.directory.agents.count == 6)
        #expect(Set(state.registry.directory.agents.values.flatMap(\.roles)) == Set(Role.allCases))
        let reader = try opened.store.makeReader()
        let cora = try #require(state.registry.directory.agents[AgentID(unchecked: "cora")])
        let glasses = try reader.answer(
            .breakGlasses, asker: Asker(cora), page: Page(), now: state.lastSeen
        ).breakGlasses
        #expect(glasses.count { $0.review == nil } == 1 && glasses.count == 2)
        // One was judged and found justified: it holds as long as the other.
        for glass in glasses {
            let holding = try opened.store.consentState(of: glass.patient).overrides
            #expect(holding.map(\.id) == [glass.id])
        }
        for stream in state.registry.streams.values where stream.head > 0 {
            let events = try reader.events(
                of: stream.name, from: 1, to: stream.head, limit: Int(stream.head))
            #expect(events.count == Int(stream.head))
        }
        #expect(state.registry.streams.values.contains { $0.head > 0 })
        for (id, isRevoked) in [("withheld", true), ("open", false)] {
            let patient = try opened.patient(id)
            let consent = try opened.store.consentState(of: patient)
            #expect(consent.directives.count == (isRevoked ? 0 : 1), "\(id)")
            #expect(consent.directives.allSatisfy { !$0.document.bytes.isEmpty })
            #expect(consent.epoch > 0)
        }
    }

    @Test("the audit log is sound and begins with the same events", arguments: KeptDatabase.all)
    func keepsAuditLog(kept: KeptDatabase) throws {
        let opened = try OpenedDatabase(kept)
        let log = try AuditLog(directory: opened.folder.path("data"))
        let report = try log.verify(
            with: opened.keys.signer.verifier, headKey: opened.keys.signer.headKey)
        #expect(report.isProven, "\(report.findings)")
        var records: [AuditRecord] = []
        try log.records { records.append($0) }
        let lines = try kept.auditLines()
        #expect(records.count >= lines.count && !lines.isEmpty)
        for (record, line) in zip(records, lines) {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["sequence"] as? Int64 == record.sequence)
            #expect(object?["kind"] as? String == record.event.kind.rawValue)
            #expect(object?["outcome"] as? String == record.event.outcome)
        }
    }

    @Test("it has the shape of one that is made anew", arguments: KeptDatabase.all)
    func hasShape(kept: KeptDatabase) throws {
        let opened = try OpenedDatabase(kept)
        let fresh = try TemporaryFolder()
        let made = try SQLiteStore(directory: fresh.path, keys: TestKeys.shared.keys)
        #expect(try shape(opened.store.queue) == shape(made.queue))
        #expect(try opened.store.queue.read { try $0.checkForeignKeys() } == ())
    }

    @Test("referrals that share a number keep it, and no further one gets it")
    func keepsNamesakes() throws {
        let kept = try #require(KeptDatabase.all.first { $0.schema == 2 })
        let opened = try OpenedDatabase(kept) { database in
            try database.execute(
                sql: """
                    CREATE TEMP TABLE namesake AS SELECT * FROM referral ORDER BY row LIMIT 1;
                    UPDATE namesake SET row = (SELECT max(row) + 1 FROM referral),
                        id = x'019b76daa8007c3e9b526f41d20e8a73';
                    INSERT INTO referral SELECT * FROM namesake;
                    DROP TABLE namesake;
                    """)
        }
        let (first, count) = try opened.store.queue.read { database in
            (
                try String.fetchOne(
                    database, sql: "SELECT number FROM referral ORDER BY row LIMIT 1"),
                try Int.fetchOne(
                    database,
                    sql: """
                        SELECT count(*) FROM referral
                        WHERE number = (SELECT number FROM referral ORDER BY row LIMIT 1)
                        """)
            )
        }
        #expect(count == 2)
        let text = try #require(first)
        let number = try #require(ReferralNumber(text))
        var keys = FactKeys()
        keys.numbers = [number]
        let found = try #require(opened.store.load(keys).numbers[number])
        #expect(ReferralNumber(found) == number, "the first one")
        keys.threads = [.referral(found)]
        let referral = try #require(opened.store.load(keys).referrals[found])
        let third = Referral(
            id: ReferralID(UUIDBytes(high: found.uuid.high + 1, low: found.uuid.low)),
            patient: referral.patient, initiator: referral.initiator, replyTo: referral.replyTo,
            recipient: referral.recipient, to: referral.to, priority: referral.priority,
            reason: referral.reason, requestedAt: referral.requestedAt)
        #expect(third.number == number)
        let error = #expect(throws: StoreError.self) {
            try opened.store.commit([.putReferral(third)])
        }
        #expect(error?.code == .contradiction)
    }

    @Test("who only reads does not misread it, and changes nothing")
    func readersRefuse() throws {
        let folder = try TemporaryFolder()
        try #require(KeptDatabase.all.first).copy(to: folder.path("data"))
        let path = folder.path("data/careloop.db")
        let before = FileManager.default.contents(atPath: path)
        let queue = try DatabaseQueue.readOnly(path, label: "test")
        let error = #expect(throws: StoreError.self) {
            try queue.read {
                try Inspection.checkIsCurrent($0, Schema(migrations: [.broker, .next]))
            }
        }
        #expect(error?.code == .notMigrated)
        #expect(error?.message.contains("start the broker once") == true)
        try queue.close()
        #expect(FileManager.default.contents(atPath: path) == before)
    }
}

@Suite("Migrations are steps that only grow")
struct MigrationTests {
    @Test("each has a name with its place, and the versions ascend")
    func namesAndVersions() {
        let migrations = Schema.current.migrations
        for (place, migration) in migrations.enumerated() {
            #expect(migration.name.hasPrefix("\(place + 1) "))
            #expect(migration.version == Int64(place) + 2)
        }
    }

    @Test("a new database has taken all of them")
    func appliesAll() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        let names = try store.queue.read {
            try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations ORDER BY rowid")
        }
        #expect(names == Schema.current.migrations.map(\.name))
    }

    @Test("what was released makes the very shape it made then")
    func isFrozen() throws {
        let queue = try DatabaseQueue()
        try Schema(migrations: [.broker]).migrate(queue)
        let text = try objects(queue).joined(separator: "\n")
        #expect(ContentHash.of(Payload(Array(text.utf8))).hexText == Self.brokerHash)
        let folder = try TemporaryFolder()
        try #require(KeptDatabase.all.first { $0.schema == 2 }).copy(to: folder.path("data"))
        let kept = try DatabaseQueue.readOnly(folder.path("data/careloop.db"), label: "test")
        #expect(try objects(kept) == objects(queue))
    }

    @Test("a later step finds the data, and its number counts")
    func takesNextStep() throws {
        let sample = try AuditSample(events: 3)
        let schema = Schema(migrations: Schema.current.migrations + [.next])
        let store = try SQLiteStore(
            directory: sample.folder.path, keys: sample.keys.keys, schema: schema)
        _ = try store.start()
        let found = try store.queue.read { database in
            (
                try Int64.fetchOne(database, sql: "PRAGMA user_version"),
                try Int64.fetchOne(database, sql: "SELECT events FROM step")
            )
        }
        #expect(found.0 == Migration.next.version && found.1 == 3)
    }

    @Test("a step that fails leaves the database as it was")
    func failsWhole() throws {
        let sample = try AuditSample(events: 3)
        let broken = Migration("2 broken", version: Migration.next.version) { database in
            try Migration.next.change(database)
            try database.execute(sql: "DELETE FROM audit; INSERT INTO nowhere VALUES (1)")
        }
        #expect(throws: StoreError.self) {
            try SQLiteStore(
                directory: sample.folder.path, keys: sample.keys.keys,
                schema: Schema(migrations: Schema.current.migrations + [broken]))
        }
        let report = try sample.verify()
        #expect(report.isSound && report.eventCount == 3)
        try sample.run { try AuditSample.append(1, to: $0, from: 4) }
    }

    @Test("a step that leaves a row pointing to nothing is refused")
    func checksReferences() throws {
        let sample = try AuditSample(events: 0)
        let dangling = Migration(
            "2 dangling", version: Migration.next.version,
            sql: "INSERT INTO service (party, organisation, name) VALUES (99, 98, 'x')")
        #expect(throws: StoreError.self) {
            try SQLiteStore(
                directory: sample.folder.path, keys: sample.keys.keys,
                schema: Schema(migrations: Schema.current.migrations + [dangling]))
        }
        try sample.run { _ in }
    }

    @Test("a number that the steps did not lead to is damage")
    func refusesForeignNumber() throws {
        let sample = try AuditSample(events: 0)
        let schema = Schema(migrations: Schema.current.migrations + [.next])
        try DatabaseQueue(path: sample.folder.path("careloop.db")).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('\(Migration.next.name)')")
        }
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(
                directory: sample.folder.path, keys: sample.keys.keys, schema: schema)
        }
        #expect(error?.code == .corrupt)
    }

    private static let brokerHash =
        "75826a2bbaaa5b1ab6440b46ea393639c69d34a8117e8e3447a6b37871d271bd"
}

extension Migration {
    /// A step that no version has.
    fileprivate static let next = Migration(
        "\(Schema.current.migrations.count + 1) next", version: Schema.current.version + 1,
        sql: "CREATE TABLE step AS SELECT count(*) AS events FROM audit")
}

/// Everything that SQLite has in its table of contents but what it makes by itself.
private func objects(_ queue: DatabaseQueue) throws -> [String] {
    try queue.read {
        try String.fetchAll(
            $0, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name")
    }
}

/// The columns of every table and the indexes, which may come in another order by another way.
private func shape(_ queue: DatabaseQueue) throws -> Set<String> {
    try queue.read { database in
        let columns = try String.fetchAll(
            database,
            sql: """
                SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk
                FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'
                """)
        let indexes = try String.fetchAll(
            database, sql: "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return Set(columns + indexes)
    }
}

/// Is a kept database that a store of today has opened and started.
private struct OpenedDatabase {
    let folder: TemporaryFolder
    let keys: StoreKeys
    let store: SQLiteStore
    let state: BrokerState
    private let hasher: PatientHasher

    init(_ kept: KeptDatabase, after change: (Database) throws -> Void = { _ in }) throws {
        folder = try TemporaryFolder()
        try kept.copy(to: folder.path("data"))
        let queue = try DatabaseQueue(path: folder.path("data/careloop.db"))
        try queue.write(change)
        try queue.close()
        let seed = try #require(Data(base64Encoded: kept.key("audit.key")))
        let patientKey = try #require(Data(base64Encoded: kept.key("patient.key")))
        hasher = try #require(PatientHasher(key: Array(patientKey)))
        keys = StoreKeys(
            masterKeys: try MasterKeys(text: kept.key("master.keys") + "\n"),
            signer: try AuditLog.signer(seed: Array(seed))
        ) { _ in }
        store = try SQLiteStore(directory: folder.path("data"), keys: keys)
        state = try store.start()
    }

    func patient(_ name: String) throws -> PatientKey {
        hasher.key(
            of: try #require(BusinessIdentifier(system: "urn:example:kept", value: "K-\(name)-1")))
    }

    func document(of message: String) throws -> Payload? {
        let id = try #require(MessageID(message))
        var keys = FactKeys()
        keys.messageIDs = [id]
        let number = try #require(try store.load(keys).messageIDs[id], "\(message)")
        return try store.payload(of: number)
    }

    func expect(_ kept: KeptDatabase.KeptReferral, _ name: String) throws {
        let id = try #require(ReferralID(kept.id))
        var keys = FactKeys()
        keys.threads = [.referral(id)]
        keys.deliveries = Set(kept.deliveries.map { DeliveryID($0.delivery) })
        let facts = try store.load(keys)
        let referral = try #require(facts.referrals[id], "\(name)")
        #expect("\(referral.number)" == kept.number, "\(name)")
        #expect(referral.state.rawValue == kept.state, "\(name)")
        #expect(referral.version == kept.version, "\(name)")
        for delivery in kept.deliveries {
            let found = try #require(facts.deliveries[DeliveryID(delivery.delivery)], "\(name)")
            #expect(found.state == delivery.stateAfterStart, "\(name), \(delivery.delivery)")
            #expect("\(found.mailbox)" == delivery.mailbox)
            let message = facts.messages[found.message]
            #expect(message?.id.description == delivery.message)
        }
    }
}
