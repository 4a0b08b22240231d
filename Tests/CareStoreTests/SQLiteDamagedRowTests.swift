import CareModel
import CareStore
@testable import CareStoreSQLite
import CareTestKit
import GRDB
import Testing

@Suite("A row that is not as it was written is damage, never another value")
struct SQLiteDamagedRowTests {
    @Test(
        "a column that is NULL or of another type is refused",
        arguments: ["NULL", "'text'", "x'0102'", "1.5", "7"])
    func refusesColumns(value: String) throws {
        let queue = try DatabaseQueue()
        for (type, read) in Self.readers {
            let isOfType = Self.types[value] == type
            let error = try queue.unsafeRead { database -> StoreError? in
                let statement = try PreparedStatement(database, "SELECT \(value)")
                do throws(StoreError) {
                    _ = try statement.all({ _ in }, read)
                    return nil
                } catch {
                    return error
                }
            }
            #expect(error?.code == (isOfType ? nil : .corrupt), "\(value) read as \(type)")
        }
    }

    @Test("a column that may be NULL is refused if it is of another type")
    func refusesOptionalColumns() throws {
        let queue = try DatabaseQueue()
        try queue.unsafeRead { database in
            let null = try PreparedStatement(database, "SELECT NULL, NULL, NULL, NULL")
            let found = try null.first({ _ in }) { row in
                row.optionalInt() == nil && row.optionalText() == nil
                    && row.optionalBytes() == nil && row.optionalWords() == nil
            }
            #expect(found == true)
            for sql in ["SELECT x'00'", "SELECT 'x'", "SELECT 0.5"] {
                let other = try PreparedStatement(database, sql)
                #expect(throws: StoreError.self) { try other.first { $0.optionalInt() } }
            }
            // SQLite takes any bytes for text.
            for bytes in ["x'FF'", "x'C3'", "x'61EDA080'"] {
                let broken = try PreparedStatement(database, "SELECT CAST(\(bytes) AS TEXT)")
                #expect(throws: StoreError.self) { try broken.first { $0.optionalText() } }
                #expect(throws: StoreError.self) { try broken.first { $0.text() } }
            }
            let short = try PreparedStatement(database, "SELECT zeroblob(15)")
            #expect(throws: StoreError.self) { try short.first { $0.optionalWords()?.low } }
        }
    }

    @Test(
        "what a row says in part, or in words that nobody wrote, is refused",
        arguments: [
            "UPDATE delivery SET lease_owner = NULL", "UPDATE delivery SET code = x'00'",
            "UPDATE referral SET resume_states = 'seen nonsense'",
            "UPDATE referral SET appointment_end = 5", "UPDATE referral SET id = x'00'",
            "UPDATE message SET reason = x'05'", "UPDATE patient SET key = x'00'",
            "UPDATE message SET report_message = zeroblob(16)",
        ])
    func refusesPartialRows(sql: String) throws {
        let folder = try TemporaryFolder()
        let referral = Referral(
            id: ReferralID(UUIDBytes(version7At: now, random: (0, 1))),
            patient: samplePatient(7), initiator: OrganisationID(unchecked: "hillside"),
            replyTo: .agent(AgentID(unchecked: "desk")),
            recipient: OrganisationID(unchecked: "city"),
            to: .service(ServiceID(unchecked: "heart")), priority: .routine,
            reason: ReasonCode("advice"), requestedAt: now)
        var delivery = Delivery(
            id: DeliveryID(1), message: MessageNumber(1), mailbox: referral.to,
            thread: .referral(referral.id), queuedAt: now, expiresAt: .late, state: .sending)
        delivery.lease = DeliveryLease(owner: BrokerID(unchecked: "other"), until: .late)
        try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys).starting { store, _ in
            try store.commit([
                .putReferral(referral), .insertMessage(message(1), .document(Payload([1]))),
                .insertDelivery(delivery),
            ])
        }
        try edit(folder) { try $0.execute(sql: sql) }
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        let error = #expect(throws: StoreError.self) {
            _ = try store.start(as: .test, at: now)
            var keys = FactKeys()
            keys.deliveries = [delivery.id]
            keys.threads = [.referral(referral.id)]
            _ = try store.load(keys)
        }
        #expect(error?.code == .corrupt)
    }

    private static let types = ["'text'": "text", "x'0102'": "bytes", "7": "int"]

    private typealias Reader = (inout Columns) throws(StoreError) -> Void

    private static var readers: [String: Reader] {
        [
            "int": { row in _ = row.int() }, "text": { row in _ = row.text() },
            "bytes": { row in _ = row.bytes() },
        ]
    }
}
