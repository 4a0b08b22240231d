import CareModel
import CareStore
import CareStoreSQLite
import CareTestKit
import Foundation
import GRDB
import Testing

@Suite("The data directory belongs to one broker and its owner")
struct SQLiteDirectoryTests {
    @Test("a second broker is refused and told who holds the directory")
    func refusesSecondBroker() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        }
        #expect(error?.code == .alreadyOpen)
        #expect(error?.message.contains("process \(getpid()) on ") == true)
        withExtendedLifetime(store) {}
    }

    @Test("a restored back-up begins a new epoch with new keys, an ordinary start does not")
    func restoredBackup() throws {
        let folder = try TemporaryFolder()
        let organisation = OrganisationID(unchecked: "lakeside")
        let stream = CareModel.Stream(
            name: .organisation(organisation), token: [UInt8](repeating: 1, count: 16),
            key: [UInt8](repeating: 2, count: 32), epoch: 1)
        try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys).starting { store, _ in
            try store.commit([
                .putOrganisation(Organisation(id: organisation, name: "Lakeside")),
                .putStream(stream),
            ])
        }
        let backup = try Data(contentsOf: URL(fileURLWithPath: folder.path("careloop.db")))
        try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys).starting { _, state in
            #expect(state.registry.streams[stream.name] == stream)
        }
        try backup.write(to: URL(fileURLWithPath: folder.path("careloop.db")))
        var renewed: CareModel.Stream?
        try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys).starting { _, state in
            renewed = state.registry.streams[stream.name]
        }
        #expect(renewed?.epoch == 2)
        #expect(renewed?.key != stream.key && renewed?.token != stream.token)
        try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys).starting { _, state in
            #expect(state.registry.streams[stream.name] == renewed)
        }
    }

    @Test("a directory is free again when its store has gone")
    func freesDirectory() throws {
        let folder = try TemporaryFolder()
        _ = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        _ = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
    }

    @Test("a missing directory is made, and nothing in it is open to others")
    func makesDirectory() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(directory: folder.path("data"), keys: TestKeys.shared.keys)
        _ = try store.start()
        try store.commit([.appendAudit(AuditEvent(.replayed, at: now, outcome: "done"))])
        #expect(try folder.mode(of: "data") == 0o700)
        for name in ["careloop.db", "careloop.db-wal", "careloop.db-shm", "lock"] {
            #expect(try folder.mode(of: "data/\(name)") == 0o600, "\(name)")
        }
    }

    @Test(
        "what is open to others is refused",
        arguments: [
            ("", 0o750), ("", 0o705), ("careloop.db", 0o640), ("careloop.db", 0o604),
            ("lock", 0o660),
        ])
    func refusesOpenModes(name: String, mode: Int) throws {
        let folder = try TemporaryFolder()
        _ = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        try folder.setMode(mode, of: name)
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        }
        #expect(error?.code == .unusableDirectory)
    }

    @Test("a link in place of the database is refused")
    func refusesLink() throws {
        let folder = try TemporaryFolder()
        _ = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        let database = folder.path("careloop.db")
        try FileManager.default.moveItem(atPath: database, toPath: folder.path("other"))
        try FileManager.default.createSymbolicLink(
            atPath: database, withDestinationPath: folder.path("other"))
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        }
        #expect(error?.code == .unusableDirectory)
    }

    @Test("a path that cannot be made is refused")
    func refusesMissingParent() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: folder.path("a/b"), keys: TestKeys.shared.keys)
        }
        #expect(error?.code == .unusableDirectory)
    }
}

@Suite("A database that is damaged or foreign is left as it is")
struct SQLiteDamageTests {
    @Test("a damaged database is refused, and no byte changes", arguments: Damage.allCases)
    func refusesDamage(damage: Damage) throws {
        let folder = try TemporaryFolder()
        try fill(folder)
        try damage.apply(to: folder)
        let before = try folder.contents().filter { $0.key.hasPrefix("careloop.db") }
        let error = #expect(throws: StoreError.self) {
            let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
            _ = try store.start()
        }
        #expect(error?.code == .corrupt)
        let after = try folder.contents()
        for (name, bytes) in before where name != "careloop.db-shm" {
            #expect(after[name] == bytes, "\(name)")
        }
    }

    @Test("a database of a newer version is refused, and no byte changes")
    func refusesNewerSchema() throws {
        let folder = try TemporaryFolder()
        try fill(folder)
        try DatabaseQueue(path: folder.path("careloop.db")).write {
            try $0.execute(sql: "PRAGMA user_version = 1000")
        }
        let before = try folder.contents()["careloop.db"]
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        }
        #expect(error?.code == .tooNew)
        #expect(try folder.contents()["careloop.db"] == before)
    }

    @Test("a database of a version that was never released is refused, and no byte changes")
    func refusesUnreleasedSchema() throws {
        let folder = try TemporaryFolder()
        try fill(folder)
        try DatabaseQueue(path: folder.path("careloop.db")).write {
            try $0.execute(sql: "PRAGMA user_version = 1")
        }
        let before = try folder.contents()["careloop.db"]
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        }
        #expect(error?.code == .tooOld)
        #expect(error?.message.contains("set the broker up anew") == true)
        #expect(try folder.contents()["careloop.db"] == before)
    }

    private func fill(_ folder: TemporaryFolder) throws {
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        _ = try store.start()
        for number in 1...200 {
            try store.commit([.insertMessage(message(number), .document(Payload(document)))])
        }
    }
}

/// Is one way in which a disk or a person spoils the database.
enum Damage: CaseIterable, Sendable {
    case garbage, truncatedToPages, truncatedToHeader, empty, missingBesideJournal, foreign

    func apply(to folder: TemporaryFolder) throws {
        let path = folder.path("careloop.db")
        let bytes = try #require(FileManager.default.contents(atPath: path))
        switch self {
        case .garbage: try write(Data(repeating: 0x5A, count: bytes.count), to: path)
        case .truncatedToPages: try write(bytes.prefix(bytes.count / 2 / 8_192 * 8_192), to: path)
        case .truncatedToHeader: try write(bytes.prefix(50), to: path)
        case .empty: try write(Data(), to: path)
        case .missingBesideJournal:
            try FileManager.default.removeItem(atPath: path)
            try write(Data([1]), to: path + "-wal")
            try folder.setMode(0o600, of: "careloop.db-wal")
        case .foreign:
            try FileManager.default.removeItem(atPath: path)
            try DatabaseQueue(path: path).write {
                try $0.execute(sql: "CREATE TABLE thing (id INTEGER PRIMARY KEY)")
            }
            try folder.setMode(0o600, of: "careloop.db")
        }
    }

    /// Keeps the mode, which a new file would not.
    private func write(_ bytes: Data, to path: String) throws {
        _ = FileManager.default.createFile(
            atPath: path, contents: bytes, attributes: [.posixPermissions: 0o600])
    }
}

let now = Timestamp(milliseconds: 1_790_000_000_000)
let document = [UInt8](repeating: 65, count: 2_048)

func message(_ number: Int) -> Message {
    Message(
        number: MessageNumber(Int64(number)),
        id: MessageID(UUIDBytes(version7At: now, random: (0, UInt64(number)))),
        kind: .report, acceptedAt: now, sender: nil, organisation: nil, thread: nil,
        patient: PatientKey(bytes: [UInt8](repeating: 7, count: 32)), state: nil, version: 0,
        reason: nil, expiresAt: now,
        payloadType: "text/plain", payloadByteCount: document.count)
}

extension SQLiteStore {
    /// Starts, lets `body` work, and goes.
    func starting(_ body: (SQLiteStore, BrokerState) throws -> Void) throws {
        try body(self, try start())
    }
}
