import CareModel
import CareStore
import CareStoreSQLite
import CareTestKit
import CareVault
import Foundation
import GRDB
import Testing

@Suite("The audit log can be verified and proved")
struct AuditLogTests {
    @Test(
        "a log that nobody touched is sound, of any length",
        arguments: [0, 1, 9, 10, 11, 19, 20, 25])
    func isSound(count: Int) throws {
        let report = try AuditSample(events: count).verify()
        #expect(report.isSound, "\(report.findings)")
        #expect(report.eventCount == Int64(count))
        #expect(report.lastSequence == Int64(count))
        #expect(report.checkpointCount == Int64((count + 9) / 10))
    }

    @Test("a log is sound over many runs of the broker, and beside a running one")
    func isSoundAcrossRuns() throws {
        let sample = try AuditSample(events: 7)
        for run in 1...4 {
            try sample.run { store in
                try AuditSample.append(7, to: store, from: run * 7 + 1)
                let report = try sample.verify()
                #expect(report.isSound, "\(report.findings)")
                #expect(report.eventCount == Int64(run * 7 + 7))
            }
        }
        #expect(try sample.verify().isSound)
    }

    @Test("reading the log changes no file")
    func changesNothing() throws {
        let sample = try AuditSample(events: 12)
        let before = try sample.folder.contents()
        _ = try sample.verify()
        let after = try sample.folder.contents()
        for (name, bytes) in before { #expect(after[name] == bytes, "\(name)") }
        for name in after.keys where before[name] == nil {
            #expect(after[name]?.isEmpty == true || name.hasSuffix("-shm"), "\(name)")
            #expect(try sample.folder.mode(of: name) == 0o600)
        }
        _ = try SQLiteStore(directory: sample.folder.path, keys: sample.keys.keys).start()
    }

    @Test("a checkpoint comes after so many events, after some time, and at an orderly end")
    func checkpoints() throws {
        var sample = try AuditSample(events: 0)
        try sample.run { store in
            try AuditSample.append(9, to: store)
            #expect(try newest(sample) == nil)
            try AuditSample.append(2, to: store, from: 10)
            #expect(try newest(sample)?.size == 10)
            // Whoever does the chores is told of it once, though it came with a commit.
            #expect(try store.maintain(isIdle: true) == 10)
            #expect(try store.maintain(isIdle: true) == nil)
            #expect(try newest(sample)?.size == 10)
        }
        #expect(try newest(sample)?.size == 11)
        sample.policy.interval = .zero
        try sample.run { store in
            try AuditSample.append(1, to: store, from: 12)
            #expect(try store.maintain(isIdle: false) == 12)
            #expect(try newest(sample)?.size == 12)
        }
        let last = try #require(try newest(sample))
        #expect(last.size == 12)
        #expect(last.at == now + .seconds(12))
        #expect(last.origin == AuditLog.origin(of: sample.keys.signer.verifier.publicKey))
        #expect(last.origin == sample.keys.signer.name)
    }

    @Test("the newest checkpoint stands in a file, to be copied off")
    func checkpointFile() throws {
        let sample = try AuditSample(events: 25)
        let note = try #require(try AuditLog(directory: sample.folder.path).newestCheckpoint())
        let file = try String(contentsOfFile: sample.folder.path("checkpoint"), encoding: .utf8)
        #expect(file == note)
        #expect(try sample.folder.mode(of: "checkpoint") == 0o600)
        try sample.run { store in
            try AuditSample.append(10, to: store, from: 26)
            try store.maintain(isIdle: true)
            let file = try String(
                contentsOfFile: sample.folder.path("checkpoint"), encoding: .utf8)
            #expect(try Checkpoint(text: sample.keys.signer.verifier.open(file))?.size == 35)
        }
        #expect(try sample.verify(external: file).isSound)
    }

    @Test("events that nothing vouches for are counted, and the log is not proven then")
    func countsUncovered() throws {
        let sample = try AuditSample(events: 10)
        try sample.run { store in
            try AuditSample.append(4, to: store, from: 11)
            let log = try AuditLog(directory: sample.folder.path)
            let verifier = sample.keys.signer.verifier
            let open = try log.verify(with: verifier)
            #expect(open.isSound)
            #expect(open.uncoveredCount == 4)
            #expect(!open.isProven)
            let own = try log.verify(with: verifier, headKey: sample.keys.signer.headKey)
            #expect(own.uncoveredCount == 0)
            #expect(own.isProven)
            let wrong = try log.verify(
                with: verifier, headKey: try TestKeys(seed: 9).signer.headKey)
            #expect(wrong.uncoveredCount == 4)
            #expect(!wrong.isSound)
        }
        let ended = try AuditLog(directory: sample.folder.path).verify(
            with: sample.keys.signer.verifier)
        #expect(ended.uncoveredCount == 0)
        #expect(ended.isProven)
    }

    @Test("a checkpoint kept elsewhere covers events too, one that does not fit covers none")
    func countsCoveredElsewhere() throws {
        let sample = try AuditSample(events: 14)
        let newest = try #require(try AuditLog(directory: sample.folder.path).newestCheckpoint())
        try FileManager.default.removeItem(atPath: sample.folder.path("checkpoint"))
        func uncovered(_ external: String?) throws -> Int64 {
            try AuditLog(directory: sample.folder.path)
                .verify(with: sample.keys.signer.verifier, external: external).uncoveredCount
        }
        try edit(sample.folder) { try $0.execute(sql: "DELETE FROM checkpoint WHERE size = 14") }
        #expect(try uncovered(nil) == 4)
        #expect(try uncovered(newest) == 0)
        try edit(sample.folder) {
            try $0.execute(sql: "UPDATE audit SET rule = 'x' WHERE sequence = 13")
        }
        #expect(try uncovered(newest) == 4)
    }

    @Test("every event is proved by a path that anybody can check")
    func proves() throws {
        let sample = try AuditSample(events: 23)
        let log = try AuditLog(directory: sample.folder.path)
        for sequence in 1...23 as ClosedRange<Int64> {
            let proof = try log.prove(sequence: sequence)
            #expect(proof.record.event == AuditSample.event(Int(sequence)))
            #expect(proof.index == sequence - 1)
            #expect(proof.size == min(23, (sequence + 9) / 10 * 10))
            let text = try sample.keys.signer.verifier.open(proof.note)
            let checkpoint = try #require(Checkpoint(text: text))
            #expect(
                MerkleProof.verifyInclusion(
                    leaf: AuditLeaf.hash(of: proof.record), index: proof.index, size: proof.size,
                    path: proof.path, root: checkpoint.root))
        }
    }

    @Test("what is not there, or not signed yet, is not proved")
    func provesOnlyWhatIsSigned() throws {
        let sample = try AuditSample(events: 10)
        try sample.run { store in
            try AuditSample.append(1, to: store, from: 11)
            let log = try AuditLog(directory: sample.folder.path)
            for sequence in [0, 11, 12, -1] as [Int64] {
                let error = #expect(throws: StoreError.self) { try log.prove(sequence: sequence) }
                #expect(error?.code == .absent, "\(sequence)")
            }
        }
    }

    @Test("a log that was changed proves nothing")
    func provesNothingChanged() throws {
        let sample = try AuditSample(events: 10)
        try edit(sample.folder) {
            try $0.execute(sql: "UPDATE audit SET rule = 'x' WHERE sequence = 3")
        }
        let error = #expect(throws: StoreError.self) {
            try AuditLog(directory: sample.folder.path).prove(sequence: 5)
        }
        #expect(error?.code == .corrupt)
    }

    @Test("records come in order, from one place to another")
    func streamsRecords() throws {
        let sample = try AuditSample(events: 0)
        try sample.run { store in
            try store.commit((1...2_345).map { .appendAudit(AuditSample.event($0)) })
        }
        let log = try AuditLog(directory: sample.folder.path)
        var found: [AuditRecord] = []
        try log.records { found.append($0) }
        #expect(found.map(\.sequence) == Array(1...2_345))
        #expect(found.map(\.event) == (1...2_345).map(AuditSample.event))
        found = []
        try log.records(from: 1_001, to: 2_000) { found.append($0) }
        #expect(found.map(\.sequence) == Array(1_001...2_000))
        #expect(throws: CocoaError.self) {
            try log.records { _ in throw CocoaError(.fileWriteOutOfSpace) }
        }
    }

    @Test("progress is told")
    func progress() throws {
        let sample = try AuditSample(events: 0)
        try sample.run { store in
            try store.commit((1...20_005).map { .appendAudit(AuditSample.event($0)) })
        }
        var told: [Int64] = []
        let report = try AuditLog(directory: sample.folder.path).verify(
            with: sample.keys.signer.verifier
        ) { told.append($0) }
        #expect(report.isSound)
        #expect(told == [10_000, 20_000])
    }

    @Test("what cannot be read is an error, not a finding")
    func unreadable() throws {
        let empty = try TemporaryFolder()
        #expect(throws: StoreError.self) { try AuditLog(directory: empty.path) }
        #expect(try empty.contents().isEmpty)
        let sample = try AuditSample(events: 3)
        for text in ["", "nonsense", "careloop/0\n1\n"] {
            #expect(throws: StoreError.self, "\(text)") { try sample.verify(external: text) }
        }
        let path = sample.folder.path("careloop.db")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try Data(repeating: 0x5A, count: bytes.count).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: StoreError.self) { try AuditLog(directory: sample.folder.path) }
        #expect(error?.code == .corrupt)
    }

    private func newest(_ sample: AuditSample) throws -> Checkpoint? {
        let note = try AuditLog(directory: sample.folder.path).newestCheckpoint()
        guard let note else { return nil }
        return Checkpoint(text: try sample.keys.signer.verifier.open(note))
    }
}
