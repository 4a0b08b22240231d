import CareModel
import CareStore
@testable import CareStoreSQLite
import CareTestKit
import Foundation
import GRDB
import Testing

@Suite("The SQLite store and its disk")
struct SQLiteDiskTests {
    @Test("an orderly end leaves no journal")
    func orderlyEnd() throws {
        let folder = try TemporaryFolder()
        var store: SQLiteStore? = try SQLiteStore(
            directory: folder.path, keys: TestKeys.shared.keys)
        _ = try store?.start()
        try store?.commit([.insertMessage(message(1), .none)])
        #expect(try folder.contents()["careloop.db-wal"]?.isEmpty == false)
        store = nil
        #expect(try folder.contents()["careloop.db-wal"] == nil)
    }

    @Test("after an unclean end every commit is there and the journal is empty")
    func uncleanEnd() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        _ = try store.start()
        for number in 1...50 {
            try store.commit([.insertMessage(message(number), .document(Payload(document)))])
        }
        let copy = try TemporaryFolder()
        for name in ["careloop.db", "careloop.db-wal"] {
            try FileManager.default.copyItem(atPath: folder.path(name), toPath: copy.path(name))
        }
        let next = try SQLiteStore(directory: copy.path, keys: TestKeys.shared.keys)
        try next.start()
        #expect(try next.makeReader().status().messages == 50)
        #expect(try copy.contents()["careloop.db-wal"]?.isEmpty == true)
        #expect(try next.payload(of: MessageNumber(50)) == Payload(document))
    }

    @Test("a long journal is written back between batches, and cut when idle")
    func writesJournalBack() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        _ = try store.start()
        let large = Payload([UInt8](repeating: 1, count: 1_024 * 1_024))
        var longest = 0
        for number in 1...60 {
            try store.commit([.insertMessage(message(number), .document(large))])
            try store.maintain(isIdle: false)
            longest = max(longest, try journalByteCount(folder))
        }
        #expect(longest > Journal.thresholdByteCount)
        #expect(longest < Journal.thresholdByteCount + 4 * 1_024 * 1_024)
        try store.maintain(isIdle: true)
        #expect(try journalByteCount(folder) < Journal.thresholdByteCount + 4 * 1_024 * 1_024)
        try store.commit([.insertMessage(message(61), .document(large))])
        try store.commit([.insertMessage(message(62), .document(large))])
        try store.maintain(isIdle: true)
        #expect(try journalByteCount(folder) == 0)
    }

    @Test("a reader in the middle of an answer holds up no housekeeping")
    func readerHoldsUpNothing() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        _ = try store.start()
        var configuration = Configuration()
        configuration.readonly = true
        let other = try DatabaseQueue(
            path: folder.path("careloop.db"), configuration: configuration)
        let large = Payload([UInt8](repeating: 1, count: 2 * 1_024 * 1_024))
        try store.commit([.insertMessage(message(1), .document(large))])
        try other.read { database in
            _ = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM message")
            try store.commit([.insertMessage(message(2), .document(large))])
            try store.maintain(isIdle: true)
            #expect(try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM message") == 1)
        }
        try store.maintain(isIdle: true)
        #expect(try journalByteCount(folder) == 0)
    }

    @Test("a full database ends the store, and what was answered before is there")
    func fullDatabase() throws {
        let folder = try TemporaryFolder()
        var store: SQLiteStore? = try SQLiteStore(
            directory: folder.path, keys: TestKeys.shared.keys)
        _ = try store?.start()
        try store?.commit([.insertMessage(message(1), .document(Payload(document)))])
        try store?.queue.unsafeRead { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        let large = Payload([UInt8](repeating: 1, count: 100_000))
        for _ in 1...2 {
            let error = #expect(throws: StoreError.self) {
                try store?.commit([.insertMessage(message(2), .document(large))])
            }
            #expect(error?.code == .full)
        }
        #expect(throws: StoreError.self) { try store?.load(FactKeys()) }
        store = nil
        let next = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        try next.start()
        #expect(try next.makeReader().status().messages == 1)
    }

    @Test("a full disk ends the store the same way", .enabled(if: SmallDisk.isAvailable))
    func fullDisk() throws {
        let disk = try SmallDisk(megabyteCount: 4)
        var store: SQLiteStore? = try SQLiteStore(
            directory: disk.path + "/data", keys: TestKeys.shared.keys)
        _ = try store?.start()
        #expect(store?.hasRoom == false)
        var answered = 0
        let error = #expect(throws: StoreError.self) {
            for number in 1...10_000 {
                try store?.commit([.insertMessage(message(number), .document(Payload(document)))])
                answered = number
            }
        }
        #expect(error?.code == .full)
        #expect(answered > 0)
        store = nil
        let copy = try TemporaryFolder()
        for name in ["careloop.db", "careloop.db-wal"] {
            let path = disk.path + "/data/" + name
            guard FileManager.default.fileExists(atPath: path) else { continue }
            try FileManager.default.copyItem(atPath: path, toPath: copy.path(name))
        }
        let next = try SQLiteStore(directory: copy.path, keys: TestKeys.shared.keys)
        try next.start()
        #expect(try next.makeReader().status().messages == answered)
    }

    @Test("room is what is left beyond the reserve")
    func room() throws {
        let folder = try TemporaryFolder()
        #expect(
            try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys, reserveByteCount: 0)
                .hasRoom)
        #expect(
            try !SQLiteStore(
                directory: folder.path, keys: TestKeys.shared.keys, reserveByteCount: .max
            ).hasRoom)
    }

    @Test("a store that was not started does nothing")
    func needsStart() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        #expect(throws: StoreError.self) { try store.load(FactKeys()) }
        #expect(throws: StoreError.self) { try store.commit([]) }
    }

    private func journalByteCount(_ folder: TemporaryFolder) throws -> Int {
        try folder.contents()["careloop.db-wal"]?.count ?? 0
    }
}

/// Is a small file system in memory that goes with the object; needs root.
private final class SmallDisk {
    let path: String
    private let folder: TemporaryFolder

    /// Whether this process may mount one.
    static let isAvailable = (try? SmallDisk(megabyteCount: 1)) != nil

    init(megabyteCount: Int) throws {
        folder = try TemporaryFolder()
        path = folder.path
        try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(megabyteCount)m", "tmpfs", path])
    }

    deinit {
        try? Self.run("umount", ["-l", path])
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileNoSuchFile) }
    }
}
