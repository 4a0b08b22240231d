import CareModel
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

    @Test("what is queued survives a program that ends without a word")
    func survives() throws {
        let draft = Sample.request()
        try store.enqueue(draft, at: Sample.time)
        // Opened beside the first, as another process would.
        let other = try AgentStore(directory: folder.path)
        #expect(try other.waiting().map(\.draft) == [draft])
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
