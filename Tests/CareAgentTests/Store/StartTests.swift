import CareModel
import Foundation
import Synchronization
import Testing

@testable import CareAgent

@Suite("Programs that open one mail at the same time")
struct StartTests {
    /// Opens a folder's mail on so many threads at once, each with a connection of its own.
    private func open(_ folder: Folder, times count: Int) async -> [Result<AgentStore, AgentError>]
    {
        let opened = Mutex<[Result<AgentStore, AgentError>]>([])
        let path = folder.path
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                DispatchQueue.concurrentPerform(iterations: count) { _ in
                    let result = Result { () throws(AgentError) in
                        try AgentStore(directory: path)
                    }
                    opened.withLock { $0.append(result) }
                }
                continuation.resume()
            }
        }
        return opened.withLock(\.self)
    }

    @Test("all of them open it, whether it has to be made, migrated or neither")
    func opensAtOnce() async throws {
        for round in 0..<12 {
            let folder =
                try round % 2 == 0 ? Folder() : UpgradeTests.Earlier.mail.folder()
            for result in await open(folder, times: 8) {
                let store = try result.get()
                try store.enqueue(Sample.request(), at: Sample.time)
            }
            let waiting = try AgentStore(directory: folder.path).waiting(at: Sample.time)
            #expect(waiting.count == (round % 2 == 0 ? 8 : 10))
        }
    }

    @Test("a store that is opened beside another of its process leaves that one's locks alone")
    func keepsLocks() throws {
        let folder = try Folder()
        let first = try AgentStore(directory: folder.path)
        try first.enqueue(Sample.request(), at: Sample.time)
        do { _ = try AgentStore(directory: folder.path) }
        // /proc/locks names a lock's holder, and the file by its inode.
        let file = try FileManager.default.attributesOfItem(atPath: folder.path + "/agent.db")
        let inode = try #require(file[.systemFileNumber] as? NSNumber)
        let held = try String(contentsOfFile: "/proc/locks", encoding: .utf8)
            .split(separator: "\n").filter { $0.contains(" \(getpid()) ") }
        #expect(held.contains { $0.contains(":\(inode) ") }, "\(held)")
        try first.enqueue(Sample.request(), at: Sample.time)
    }

    @Test("what is not a file of one's own is not taken for the mail")
    func refusesLinks() throws {
        let folder = try Folder()
        let elsewhere = try Folder()
        let target = elsewhere.path + "/agent.db"
        try Data().write(to: URL(fileURLWithPath: target))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/agent.db", withDestinationPath: target)
        let error = #expect(throws: AgentError.self) { try AgentStore(directory: folder.path) }
        #expect(error?.code == .unusableStore)
        #expect(try Data(contentsOf: URL(fileURLWithPath: target)).isEmpty)
    }
}
