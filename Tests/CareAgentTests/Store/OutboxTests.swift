import CareModel
import CareWire
import Foundation
import GRDB
import Testing

@testable import CareAgent

@Suite("Outbox")
struct OutboxTests {
    private let folder: Folder
    private let store: AgentStore

    init() throws {
        folder = try Folder()
        store = try AgentStore(directory: folder.path)
    }

    @Test("mail is private: folder 0700, every file 0600")
    func modes() throws {
        try store.enqueue(Sample.request(), at: Sample.time)
        #expect(try folder.mode() == 0o700)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            #expect(try folder.mode(of: name) == 0o600, "\(name)")
        }
        let other = try Folder()
        try other.setMode(0o750)
        let error = #expect(throws: AgentError.self) { try AgentStore(directory: other.path) }
        #expect(error?.code == .unusableStore)
        #expect(error?.message.contains("chmod 700") == true)
    }

    @Test("the store writes through to the disk before it answers")
    func durability() throws {
        func setting(_ name: String) throws -> String? {
            try store.queue.read { try String.fetchOne($0, sql: "PRAGMA \(name)") }
        }
        #expect(try setting("journal_mode") == "wal")
        #expect(try setting("synchronous") == "2")
        #expect(try setting("temp_store") == "2", "in memory")
        #expect(try setting("secure_delete") == "1")
        try store.enqueue(Sample.request(), at: Sample.time)
        #expect(try setting("busy_timeout") == "10000")
    }

    @Test("messages wait in the order they were written, with their documents")
    func order() throws {
        let drafts = [Sample.request(), Sample.request(nil), Sample.request()]
        for draft in drafts { try store.enqueue(draft, at: Sample.time) }
        let waiting = try store.waiting()
        #expect(waiting.map(\.submit) == drafts.map(\.submit))
        #expect(waiting.map(\.payload) == drafts.map(\.payload))
        #expect(try store.waitingCount() == 3)
    }

    @Test("the same message again changes nothing, another under its id is refused")
    func sameID() throws {
        let draft = Sample.request()
        try store.enqueue(draft, at: Sample.time)
        try store.enqueue(draft, at: Sample.time)
        #expect(try store.waiting().count == 1)
        var other = draft
        other.submit.reason = "advice"
        let error = #expect(throws: AgentError.self) {
            try store.enqueue(other, at: Sample.time)
        }
        #expect(error?.code == .invalid)
        #expect(throws: AgentError.self) {
            try store.enqueue(WireSubmit(), payload: nil, at: Sample.time)
        }
    }

    @Test("an answer ends the wait and stays the first one")
    func answers() throws {
        let draft = Sample.request()
        let message = try #require(draft.message)
        try store.enqueue(draft, at: Sample.time)
        try store.record(Sample.accepted(draft), at: Sample.time + .seconds(1))
        #expect(try store.waiting().isEmpty)
        try store.record(Sample.refused(draft, "not-allowed"), at: Sample.time + .seconds(2))
        let entry = try #require(try store.sent(message))
        #expect(entry.receipt?.outcome == "accepted")
        #expect(entry.answeredAt == Sample.time + .seconds(1))
    }

    @Test("a busy broker leaves the message waiting, a repeated refusal does not")
    func retriable() throws {
        let draft = Sample.request()
        try store.enqueue(draft, at: Sample.time)
        try store.record(Sample.refused(draft, "busy", retriable: true), at: Sample.time)
        #expect(try store.waiting().map(\.receipt) == [nil])
        try store.record(
            Sample.refused(draft, "internal-error", retriable: true, duplicate: true),
            at: Sample.time)
        #expect(try store.waiting().isEmpty)
    }

    @Test("what is queued survives a program that ends without a word")
    func survives() throws {
        let draft = Sample.request()
        try store.enqueue(draft, at: Sample.time)
        // Opened beside the first, as another process would.
        let other = try AgentStore(directory: folder.path)
        #expect(try other.waiting().map(\.submit) == [draft.submit])
        try other.record(Sample.accepted(draft), at: Sample.time)
        #expect(try store.waiting().isEmpty)
    }

    @Test("many writers at once lose nothing")
    func writers() async throws {
        let path = folder.path
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    let store = try AgentStore(directory: path)
                    for _ in 0..<10 { try store.enqueue(Sample.request(), at: Sample.time) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.waitingCount() == 40)
    }

    @Test("the waiting messages come in pages without their documents")
    func pages() throws {
        for _ in 0..<5 { try store.enqueue(Sample.request(), at: Sample.time) }
        let first = try store.waiting(after: 0, limit: 3)
        #expect(first.map(\.seq) == [1, 2, 3])
        #expect(first.map(\.byteCount) == Array(repeating: Sample.document.byteCount, count: 3))
        #expect(try store.waiting(after: 3, limit: 3).map(\.seq) == [4, 5])
    }

    @Test("a request makes its referral known as a draft, until the broker refuses it")
    func drafts() throws {
        let draft = Sample.request()
        let id = try #require(draft.referral)
        try store.enqueue(draft, at: Sample.time)
        let known = try #require(try store.referral(number: ReferralNumber(id)))
        #expect(known.state == "draft")
        #expect(known.version == 0)
        #expect(known.to == "service:hearts")
        try store.record(Sample.refused(draft, "consent-refused"), at: Sample.time)
        #expect(try store.referral(id) == nil)
        #expect(try store.sent(about: id).count == 1)
    }

    @Test("a store of a newer program is left alone")
    func newer() throws {
        try store.queue.write { database in
            try database.execute(
                sql: "INSERT INTO grdb_migrations (identifier) VALUES ('999 later')")
        }
        let error = #expect(throws: AgentError.self) { try AgentStore(directory: folder.path) }
        #expect(error?.message.contains("Update") == true)
    }

    @Test("a damaged store is reported and kept")
    func damaged() throws {
        let other = try Folder()
        let path = other.path + "/agent.db"
        try Data(repeating: 7, count: 8_192).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: AgentError.self) { try AgentStore(directory: other.path) }
        #expect(error?.code == .unusableStore)
        #expect(error?.message.contains("damaged") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 8_192)
    }
}
