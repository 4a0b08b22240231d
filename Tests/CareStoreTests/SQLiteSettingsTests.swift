import CareModel
import CareStore
@testable import CareStoreSQLite
import CareTestKit
import GRDB
import Testing

@Suite("The SQLite store is set to keep its promises")
struct SQLiteSettingsTests {
    @Test(
        "the writer's settings are what they must be, also after a restart",
        arguments: [
            ("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"),
            ("trusted_schema", "0"), ("cell_size_check", "1"), ("temp_store", "2"),
            ("secure_delete", "1"), ("wal_autocheckpoint", "0"),
            ("application_id", "1668050800"), ("user_version", "3"),
        ])
    func settings(name: String, value: String) throws {
        let folder = try TemporaryFolder()
        for _ in 1...2 {
            let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
            _ = try store.start()
            let found = try store.queue.unsafeRead {
                try DatabaseValue.fetchOne($0, sql: "PRAGMA \(name)")
            }
            #expect(found.map { String.fromDatabaseValue($0) ?? "\($0)" } == value)
        }
    }

    @Test(
        "a setting that did not take is refused",
        arguments: Settings.safe.map(\.name).filter { $0 != "foreign_keys" })
    func refusesUnsafeSetting(name: String) throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        let code = #expect(throws: StoreError.self) {
            try store.queue.use { database in
                let value = name == "wal_autocheckpoint" || name.hasSuffix("schema") ? 1 : 0
                try database.execute(sql: "PRAGMA \(name) = \(value)")
                try Settings.verify(database)
            }
        }?.code
        #expect(code == .unsafeSetting)
    }

    @Test("what is queued, expired, held or open is read by an index, never by a scan")
    func readsByIndex() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        let queries = [
            "SELECT id FROM delivery WHERE is_ready = 1 AND mailbox = 1 AND not_before <= 5"
                + " AND expires_at > 5 ORDER BY not_before, id LIMIT 9",
            "SELECT id FROM delivery WHERE is_open = 1 AND expires_at <= 5 ORDER BY expires_at, id",
            "SELECT id FROM delivery WHERE is_open = 1 AND state < 2 AND not_before <= 5"
                + " ORDER BY not_before, id",
            "SELECT id FROM delivery WHERE state = 10 AND id > 5 ORDER BY id",
            "SELECT row FROM referral WHERE initiator = 1 AND is_on_worklist = 1 ORDER BY row",
            "SELECT row FROM referral WHERE patient = 5",
            "SELECT number FROM message WHERE referral = 5 ORDER BY number",
            "SELECT row FROM referral WHERE patient = 5 AND addressed_to = 5 AND initiator = 5"
                + " AND is_open = 1 ORDER BY row",
            "SELECT number FROM message WHERE patient = 5 AND referral IS NULL",
            "SELECT sequence FROM audit WHERE patient = 5 AND sequence > 5"
                + " AND kind < 10 ORDER BY sequence",
            "SELECT id FROM patient WHERE master_version < 5",
            "SELECT row FROM break_glass WHERE reviewed_at IS NULL AND row < 5"
                + " ORDER BY row DESC",
            "SELECT id FROM delivery WHERE is_open = 1 AND state < 2 AND id > 5 ORDER BY id",
            "SELECT row FROM break_glass WHERE ended_at IS NULL AND ends_at <= 5",
            "SELECT row FROM break_glass WHERE ended_at IS NULL AND patient = 5",
            "SELECT row FROM break_glass WHERE ended_at IS NULL AND agent = 5",
            "SELECT last_delivery FROM reconsideration WHERE patient = 5",
        ]
        for query in queries {
            let plan = try store.queue.read { database in
                try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(query)")
                    .map { $0["detail"] as String }
            }
            #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(query): \(plan)")
        }
    }
}

@Suite("Rows name closed sets by numbers that never change")
struct CodeTableTests {
    @Test("every value has a number, and the number leads back")
    func isComplete() throws {
        try expectRoundTrip(Codes.deliveryState, DeliveryState.allCases)
        try expectRoundTrip(Codes.referralState, ReferralState.allCases)
        try expectRoundTrip(Codes.move, ReferralMove.allCases)
        try expectRoundTrip(Codes.actor, ReferralActor.allCases)
        try expectRoundTrip(Codes.priority, Priority.allCases)
        try expectRoundTrip(Codes.waitsFor, [.initiator, .recipient, .nobody])
        try expectRoundTrip(Codes.eventKind, [.referral, .arrival, .delivery])
        try expectRoundTrip(Codes.outcome, [.accepted, .unchanged, .refused])
        try expectRoundTrip(Codes.auditKind, AuditEvent.Kind.allCases)
        try expectRoundTrip(Codes.finding, BreakGlass.Finding.allCases)
        let kinds: [MessageKind] = [
            .consentPut, .consentRevoke, .replay, .report, .breakGlass, .breakGlassEnd,
            .breakGlassReview, .breakGlassNotice,
        ]
        let moves = ReferralMove.allCases.map(MessageKind.move)
        try expectRoundTrip(Codes.messageKind, kinds + moves)
    }

    @Test("the numbers that the schema's indexes rely on stay")
    func schemaNumbersStay() {
        #expect(Codes.deliveryState.code(.held) == 0)
        #expect(Codes.deliveryState.code(.withheld) == 1)
        #expect(Codes.deliveryState.code(.queued) == 2)
        #expect(Codes.deliveryState.code(.sending) == 3)
        #expect(Codes.deliveryState.code(.delivered) == 4)
        #expect(Codes.deliveryState.code(.deadLettered) == 10)
        #expect(Codes.waitsFor.code(.recipient) == 1)
        #expect(Codes.referralState.code(.enteredInError) == 18)
        #expect(Codes.move.code(.fail) == 22)
        #expect(Codes.messageKind.code(.move(.request)) == 4)
        #expect(Codes.messageKind.code(.move(.fail)) == 26)
        #expect(Codes.messageKind.code(.breakGlassNotice) == 30)
    }

    @Test("the index of disclosures has the kinds that the accounting lists")
    func accountedKinds() {
        let below = Codes.auditKind.values.prefix(10)
        #expect(Set(below) == Set(AuditEvent.Kind.accounted))
    }

    @Test("a number that nobody gave is damage", arguments: [-1, 99, Int64.max] as [Int64])
    func refusesUnknownNumber(code: Int64) {
        let error = #expect(throws: StoreError.self) {
            let _: DeliveryState = try Codes.deliveryState.value(code)
        }
        #expect(error?.code == .corrupt)
    }

    private func expectRoundTrip<Value>(
        _ table: CodeTable<Value>, _ values: [Value]
    ) throws {
        #expect(Set(table.values) == Set(values))
        #expect(table.values.count == values.count)
        for value in values {
            let found: Value = try table.value(table.code(value))
            #expect(found == value)
        }
    }
}
