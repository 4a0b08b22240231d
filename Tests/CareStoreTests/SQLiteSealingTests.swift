import CareModel
import CareStore
import CareStoreSQLite
import CareTestKit
import Foundation
import GRDB
import Testing

@Suite("What is known of patients is sealed on the disk")
struct SQLiteSealingTests {
    @Test("no identifier and no word of a document or a reason is in any file, ever")
    func leavesNoPlaintext() throws {
        let folder = try TemporaryFolder()
        var store: SQLiteStore? = try SQLiteStore(
            directory: folder.path, keys: TestKeys.shared.keys)
        _ = try store?.start()
        for number in 1...40 as ClosedRange<Int64> { try store?.commit(writes(number)) }
        try expectSealed(folder, "after the commits")
        let reader = try #require(try store?.makeReader())
        let answer = try reader.answer(
            .breakGlasses, asker: reviewer, page: Page(), now: now)
        #expect(answer.breakGlasses.first?.reason == Marker.reason)
        #expect(answer.breakGlasses.first?.patientIdentifier == Marker.identifier)
        try store?.maintain(isIdle: true)
        try expectSealed(folder, "after housekeeping")
        #expect(try store?.payload(of: MessageNumber(3))?.bytes == Array(Marker.document.utf8))
        try store?.commit([.shred(patient(3), at: now)])
        try expectSealed(folder, "after a patient was shredded")
        store = nil
        try expectSealed(folder, "after the end")
        _ = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys).start()
        try expectSealed(folder, "after the next start")
    }

    @Test("the search finds what is not sealed")
    func searchFinds() throws {
        let folder = try TemporaryFolder()
        try Data(("x" + Marker.value).utf8).write(to: URL(fileURLWithPath: folder.path("file")))
        #expect(try folder.contents().values.contains { $0.range(of: Marker.words[1]) != nil })
    }

    @Test(
        "a sealed value that was changed is damage, never another value",
        arguments: ["payload.bytes", "message.identity", "break_glass.reason"])
    func findsChange(column: String) throws {
        let parts = column.split(separator: ".").map(String.init)
        let folder = try filledFolder()
        try edit(folder) { database in
            let sealed = try #require(
                try Data.fetchOne(database, sql: "SELECT \(parts[1]) FROM \(parts[0])"))
            var changed = sealed
            changed[sealed.count / 2] ^= 1
            try database.execute(
                sql: "UPDATE \(parts[0]) SET \(parts[1]) = ? WHERE \(parts[1]) = ?",
                arguments: [changed, sealed])
        }
        #expect(try readAll(folder) == .corrupt)
    }

    @Test(
        "a sealed value does not open in another row, column or generation",
        arguments: [
            """
            UPDATE payload SET bytes = (SELECT bytes FROM payload WHERE message = 2), patient =
                (SELECT patient FROM payload WHERE message = 2) WHERE message = 1
            """,
            "UPDATE message SET identity = (SELECT identity FROM message WHERE number = 2)",
            "UPDATE break_glass SET reason = identifier",
            "UPDATE patient SET key_generation = 2; UPDATE payload SET key_generation = 2",
            "UPDATE patient_key SET wrapped = (SELECT wrapped FROM patient_key WHERE patient = 2)",
        ])
    func isBound(sql: String) throws {
        let folder = try filledFolder()
        try edit(folder) { try $0.execute(sql: sql) }
        #expect(try readAll(folder) != nil)
    }

    @Test("what was shredded stays erased when only the row's generation is set back")
    func shreddedStaysErased() throws {
        let folder = try filledFolder()
        try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys).starting { store, _ in
            try store.commit([.shred(patient(1), at: now)])
            #expect(try store.payload(of: MessageNumber(1)) == nil)
        }
        try edit(folder) { try $0.execute(sql: "UPDATE patient SET key_generation = 1") }
        #expect(try readAll(folder) == .corrupt)
    }

    @Test("a reader forgets what was shredded, whatever it has in memory")
    func readerForgets() throws {
        let folder = try filledFolder()
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        _ = try store.start()
        let reader = try store.makeReader()
        func reasons() throws -> [String] {
            try reader.answer(.breakGlasses, asker: reviewer, page: Page(), now: now)
                .breakGlasses.map(\.reason)
        }
        #expect(try reasons() == [Marker.reason, Marker.reason])
        try store.commit([.shred(patient(1), at: now)])
        #expect(try reasons() == [Marker.reason, ""])
    }

    private func filledFolder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys).starting { store, _ in
            for number in 1...2 as ClosedRange<Int64> { try store.commit(writes(number)) }
        }
        return folder
    }

    /// The code of the first error when everything sealed is read; nil if all opens.
    private func readAll(_ folder: TemporaryFolder) throws -> StoreError.Code? {
        do throws(StoreError) {
            let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
            _ = try store.start()
            for number in 1...2 as ClosedRange<Int64> {
                _ = try store.payload(of: MessageNumber(number))
                var keys = FactKeys()
                keys.messages = [MessageNumber(number)]
                keys.threads = [.override(glass(number).id)]
                _ = try store.load(keys)
            }
            return nil
        } catch {
            return error.code
        }
    }

    private func expectSealed(_ folder: TemporaryFolder, _ when: String) throws {
        let contents = try folder.contents()
        #expect(contents["careloop.db"]?.isEmpty == false)
        for (name, bytes) in contents {
            for word in Marker.words {
                #expect(bytes.range(of: word) == nil, "\(name) \(when)")
            }
        }
    }

    private let reviewer = Asker(
        Agent(
            id: AgentID(unchecked: "desk"), organisation: OrganisationID(unchecked: "hillside"),
            name: "", publicKey: "", roles: [.auditor], services: []))

    private func patient(_ number: Int64) -> PatientKey { samplePatient(UInt8(number)) }

    private func glass(_ number: Int64) -> BreakGlass {
        BreakGlass(
            id: BreakGlassID(UUIDBytes(version7At: now, random: (1, UInt64(number)))),
            patient: patient(number), patientIdentifier: Marker.identifier,
            agent: AgentID(unchecked: "kim"), organisation: OrganisationID(unchecked: "city"),
            custodians: [OrganisationID(unchecked: "hillside")], reason: Marker.reason,
            startedAt: now, endsAt: now + .seconds(60))
    }

    private func writes(_ number: Int64) -> [Write] {
        var details = MessageDetails()
        details.patient = Marker.identifier
        let message = Message(
            number: MessageNumber(number),
            id: MessageID(UUIDBytes(version7At: now, random: (0, UInt64(number)))),
            kind: .breakGlass, acceptedAt: now, sender: nil, organisation: nil, thread: nil,
            patient: patient(number), state: nil, version: 0, reason: nil, expiresAt: now,
            details: details, payloadType: "text/plain", payloadHash: Array(Marker.hash.utf8),
            payloadByteCount: 60)
        return [
            .insertMessage(message, .document(Payload(Array(Marker.document.utf8)))),
            .putBreakGlass(glass(number)),
        ]
    }
}

/// Holds words that no file may hold.
private enum Marker {
    static let system = "urn:oid:MARKER-OF-THE-SYSTEM"
    static let value = "MARKER-OF-THE-PATIENT-4711"
    static let document = "Reports MARKER-OF-THE-NARRATIVE for three weeks."
    static let reason = "Found MARKER-OF-THE-REASON unconscious."

    static var identifier: BusinessIdentifier {
        BusinessIdentifier(system: system, value: value) ?? .erased
    }

    /// As a document's hash would be found.
    static let hash = "MARKER-OF-THE-HASH-OF-A-DOCUMENT"

    static let words = ["MARKER-OF-THE-SYSTEM", value, "MARKER-OF-THE-NARRATIVE", reason, hash]
        .map { Data($0.utf8) }
}

/// A patient of the tests, by number.
func samplePatient(_ number: UInt8) -> PatientKey {
    guard let key = PatientKey(bytes: [UInt8](repeating: number, count: 32)) else {
        preconditionFailure("32 bytes make a key")
    }
    return key
}

/// Changes the database of a broker that has ended, as somebody with a shell might.
func edit(_ folder: TemporaryFolder, _ body: (Database) throws -> Void) throws {
    let queue = try DatabaseQueue(path: folder.path("careloop.db"))
    try queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA foreign_keys = OFF")
        try body(database)
        try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try queue.close()
}
