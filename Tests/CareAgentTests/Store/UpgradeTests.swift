import CareCore
import CareModel
import Foundation
import GRDB
import Testing

@testable import CareAgent

@Suite("Mail of an earlier schema is opened and goes on")
struct UpgradeTests {
    /// Is a committed database of an earlier schema.
    enum Earlier: String, CaseIterable {
        case mail = "1-mail"
        case consent = "2-consent"

        /// The last migration it has.
        var migration: String { self == .mail ? "1 mail" : "2 consent" }

        var file: URL {
            URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Fixtures/databases/agent/\(rawValue).db")
        }

        /// A folder with a copy of it, as a context has it.
        func folder() throws -> Folder {
            let folder = try Folder()
            let copy = URL(fileURLWithPath: folder.path + "/agent.db")
            try Data(contentsOf: file).write(to: copy)
            return folder
        }
    }

    /// When the files were made.
    private let time = Timestamp(milliseconds: 1_795_942_970_000)

    private func tables(_ queue: DatabaseQueue) throws -> [String: String] {
        try queue.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            return Dictionary(
                uniqueKeysWithValues: rows.compactMap { row in
                    let name: String = row["name"]
                    let sql: String = row["sql"]
                    return name.hasPrefix("sqlite_") || name == "grdb_migrations"
                        ? nil : (name, sql)
                })
        }
    }

    @Test("each earlier schema has its file, and none is missing")
    func files() throws {
        let names = AgentSchema.migrator.migrations
        #expect(names.dropLast().map(\.self) == Earlier.allCases.map(\.migration))
        for earlier in Earlier.allCases {
            #expect(try Data(contentsOf: earlier.file).count > 0)
        }
    }

    @Test("the earlier migrations make what they made then", arguments: Earlier.allCases)
    func frozen(earlier: Earlier) throws {
        let folder = try earlier.folder()
        let then = try DatabaseQueue(path: folder.path + "/agent.db")
        let now = try DatabaseQueue()
        try AgentSchema.migrator.migrate(now, upTo: earlier.migration)
        #expect(try tables(now) == tables(then))
    }

    @Test(
        "everything that was there is there, and the next message goes in",
        arguments: Earlier.allCases)
    func opens(earlier: Earlier) throws {
        let folder = try earlier.folder()
        let store = try AgentStore(directory: folder.path)
        #expect(try store.waiting(at: time).map(\.draft.kind.name) == ["acknowledge", "request"])
        #expect(try store.waiting(at: time).allSatisfy { $0.draft.actingFor == nil })
        let inbox = try store.inbox()
        #expect(inbox.map(\.envelope.kind.code) == ["complete", "note", "accept"])
        #expect(inbox.map { $0.openedAt == nil } == [true, false, false])
        #expect(inbox.first?.payload?.byteCount ?? 0 > 100)
        #expect(try store.unsettled(limit: 9) == [])
        let referrals = try store.referrals()
        #expect(referrals.map(\.version) == [0, 5])
        #expect(referrals.last?.state == .completed)
        #expect(referrals.last?.number.description == "R-6QWZ-3JC5-47HC")
        #expect(try store.patients().map(\.alias) == ["maria"])
        let stream = try #require(StreamName("organisation:lakeside"))
        #expect(try store.cursor(stream) == StreamCursor(epoch: 1, sequence: 5))
        #expect(
            try store.runningBreakGlasses(at: time).count == (earlier == .mail ? 0 : 1))

        let identifier = try #require(Sample.patient)
        let nora = try #require(
            Person(identifier: identifier, name: "Nora", role: "nurse"))
        var draft = Sample.request()
        draft.actingFor = nora
        try store.enqueue(draft, at: time)
        #expect(try store.sent(draft.message)?.draft == draft)
        let unopened = try #require(inbox.first).arrival
        try store.open(unopened.envelope.message, by: nora, at: time)
        #expect(
            try store.untoldDisplays(limit: 9) == [
                OpenedDelivery(unopened.right, by: nora)
            ])
    }

    @Test("what waits is sent as it was written, byte for byte", arguments: Earlier.allCases)
    func sameBytes(earlier: Earlier) throws {
        let store = try AgentStore(directory: earlier.folder().path)
        let stored = try store.queue.read { database in
            try Data.fetchAll(
                database, sql: "SELECT submit FROM outbox WHERE answered_at IS NULL ORDER BY seq")
        }
        let written = try store.waiting(at: time).map { try $0.draft.submit.stored }
        #expect(written == stored)
        #expect(stored.count == 2)
    }

    @Test("mail of a newer schema is refused with what to do, and not touched")
    func newer() throws {
        let folder = try Earlier.consent.folder()
        let path = folder.path + "/agent.db"
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(
                sql: "INSERT INTO grdb_migrations (identifier) VALUES ('999 later')")
        }
        let error = #expect(throws: AgentError.self) { try AgentStore(directory: folder.path) }
        #expect(error?.code == .unusableStore)
        #expect(error?.message.contains("Update this program") == true)
        let applied = try queue.read { database in
            try String.fetchSet(database, sql: "SELECT identifier FROM grdb_migrations")
        }
        #expect(applied == ["1 mail", "2 consent", "999 later"])
    }
}
