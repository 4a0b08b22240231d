@testable import CareVault
import Foundation
import Synchronization
import Testing

@Suite("A file is replaced whole or not at all")
struct AtomicFileTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("careloop-file-\(UUID().uuidString)").path

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    private var path: String { folder + "/kept" }
    private var bytes: [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }
    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder) }
    }

    private func cleanUp() { try? FileManager.default.removeItem(atPath: folder) }

    @Test("the new bytes stand there, for their owner only, and nothing beside them")
    func replaces() throws {
        defer { cleanUp() }
        for text in ["first", "", "second, which is longer"] {
            try AtomicFile.replace(Array(text.utf8), at: path)
            #expect(bytes == Array(text.utf8))
            #expect(try names == ["kept"])
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("what a crash left, or a link that somebody put there, is in nobody's way")
    func passesLeftovers() throws {
        defer { cleanUp() }
        let other = folder + "/other"
        #expect(FileManager.default.createFile(atPath: other, contents: Data("mine".utf8)))
        try FileManager.default.createSymbolicLink(
            atPath: path + ".new", withDestinationPath: other)
        try AtomicFile.replace([1], at: path)
        #expect(bytes == [1])
        #expect(FileManager.default.contents(atPath: other) == Data("mine".utf8))
    }

    @Test(
        "whichever call fails, the old file or the new one stands, whole, and who asked is told",
        arguments: Call.allCases)
    func survivesFailures(call: Call) throws {
        defer { cleanUp() }
        try AtomicFile.replace([1, 1, 1], at: path)
        var failures = 0
        for time in 1...call.times {
            let failing = FailingCalls(call, time: time, error: ENOSPC)
            do throws(FileFailure) {
                try AtomicFile.replace([2, 2, 2, 2], at: path, calls: failing.calls)
            } catch {
                failures += 1
                #expect(error.number == ENOSPC && error.isFull)
                #expect(bytes == (error.step == .folder ? [2, 2, 2, 2] : [1, 1, 1]))
                #expect(try names == ["kept"])
            }
            try AtomicFile.replace([1, 1, 1], at: path)
        }
        #expect(failures == call.times)
    }

    @Test("short writes and interruptions only take longer")
    func writesOn() throws {
        defer { cleanUp() }
        let isInterrupted = Mutex(false)
        var calls = FileCalls.system
        calls.write = { descriptor, bytes in
            let isNow = isInterrupted.withLock { (isInterrupted: inout Bool) in
                isInterrupted.toggle()
                return isInterrupted
            }
            guard !isNow else {
                errno = EINTR
                return -1
            }
            return FileCalls.system.write(descriptor, bytes.prefix(2))
        }
        try AtomicFile.replace([1, 2, 3, 4, 5], at: path, calls: calls)
        #expect(bytes == [1, 2, 3, 4, 5])
    }

    @Test("bytes reach the disk before the name changes, and the folder after that")
    func keepsOrder() throws {
        defer { cleanUp() }
        let recorder = Recorder()
        try AtomicFile.replace([7], at: path, calls: recorder.calls)
        #expect(recorder.steps == ["write", "fsync", "rename", "fsync"])
    }

    @Test("a file is never made where there is one")
    func createsOnce() throws {
        defer { cleanUp() }
        try AtomicFile.create([1], at: path)
        let failure = #expect(throws: FileFailure.self) { try AtomicFile.create([2], at: path) }
        #expect(failure?.number == EEXIST && failure?.step == .open)
        #expect(bytes == [1])
    }
}

enum Call: CaseIterable, Sendable {
    case open, write, fsync, close, rename

    /// How often it is made and counts: for the file, and for some for its folder.
    var times: Int {
        switch self {
        case .open, .fsync: 2
        case .write, .close, .rename: 1
        }
    }
}

/// Lets one call of one kind fail.
private final class FailingCalls: Sendable {
    private let rest: Mutex<Int>
    private let call: Call
    private let error: CInt

    init(_ call: Call, time: Int, error: CInt) {
        self.call = call
        self.error = error
        rest = Mutex(time)
    }

    private func fails(_ call: Call) -> Bool {
        guard call == self.call else { return false }
        let isItsTurn = rest.withLock { (rest: inout Int) in
            rest -= 1
            return rest == 0
        }
        if isItsTurn { errno = error }
        return isItsTurn
    }

    var calls: FileCalls {
        var calls = FileCalls.system
        let system = FileCalls.system
        calls.open = { self.fails(.open) ? -1 : system.open($0, $1, $2) }
        calls.write = { self.fails(.write) ? -1 : system.write($0, $1) }
        calls.fsync = { self.fails(.fsync) ? -1 : system.fsync($0) }
        calls.close = { descriptor in
            // The descriptor is gone all the same, as close(2) says.
            let result = system.close(descriptor)
            return self.fails(.close) ? -1 : result
        }
        calls.rename = { self.fails(.rename) ? -1 : system.rename($0, $1) }
        return calls
    }
}

/// Notes in which order the calls come.
private final class Recorder: Sendable {
    private let noted = Mutex<[String]>([])
    var steps: [String] { noted.withLock { $0 } }

    private func note(_ step: String) { noted.withLock { $0.append(step) } }

    var calls: FileCalls {
        var calls = FileCalls.system
        let system = FileCalls.system
        calls.write = {
            self.note("write")
            return system.write($0, $1)
        }
        calls.fsync = {
            self.note("fsync")
            return system.fsync($0)
        }
        calls.rename = {
            self.note("rename")
            return system.rename($0, $1)
        }
        return calls
    }
}
