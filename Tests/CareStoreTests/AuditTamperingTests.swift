import CareModel
import CareStore
import CareStoreSQLite
import CareTestKit
import CareVault
import Foundation
import GRDB
import Testing

@Suite("Tampering with the audit log is found")
struct AuditTamperingTests {
    @Test("a change of any column of an event is found, and where", arguments: Change.columns)
    func findsChange(change: Change) throws {
        for sequence in [1, 15, 20, 25] {
            let sample = try AuditSample(events: 25)
            try edit(sample.folder) { try $0.execute(sql: change.sql(sequence)) }
            let report = try sample.verify()
            #expect(!report.isSound, "\(change) of \(sequence)")
            let part = Int64((sequence - 1) / 10 * 10 + 1)
            #expect(
                report.findings.contains { $0.kind == .changed && $0.first == part },
                "\(change) of \(sequence): \(report.findings)")
        }
    }

    @Test("a change of what events name is found", arguments: Change.names)
    func findsChangedName(change: Change) throws {
        let sample = try AuditSample(events: 25)
        try edit(sample.folder) { try $0.execute(sql: change.sql(15)) }
        let report = try sample.verify()
        #expect(report.findings.contains { $0.kind == .changed }, "\(report.findings)")
    }

    @Test("rows that are gone, moved or added are found", arguments: Tampering.rows)
    func findsRows(tampering: Tampering) throws {
        let sample = try AuditSample(events: 25)
        try edit(sample.folder) { try $0.execute(sql: tampering.sql) }
        let report = try sample.verify()
        #expect(!report.isSound)
        let kinds = Set(report.findings.map(\.kind))
        #expect(kinds.contains(tampering.kind), "\(tampering): \(report.findings)")
        if let place = tampering.place {
            #expect(
                report.findings.contains { $0.kind == tampering.kind && $0.first == place },
                "\(tampering): \(report.findings)")
        }
    }

    @Test("changed checkpoints and heads are found", arguments: Tampering.signatures)
    func findsSignatures(tampering: Tampering) throws {
        let sample = try AuditSample(events: 25)
        try edit(sample.folder) { try $0.execute(sql: tampering.sql) }
        let report = try sample.verify()
        #expect(
            report.findings.contains { $0.kind == tampering.kind },
            "\(tampering): \(report.findings)")
        try expectStartRefuses(sample, when: tampering.stopsStart)
    }

    @Test("a log that another key signed anew is found")
    func findsForgedLog() throws {
        let sample = try AuditSample(events: 25)
        let forger = try TestKeys(seed: 9)
        var forged = try AuditSample(events: 0)
        forged.keys = forger
        try edit(forged.folder) {
            try $0.execute(sql: "DELETE FROM audit_head; UPDATE broker SET starts = 0")
        }
        try forged.run { try AuditSample.append(25, to: $0) }
        #expect(try forged.verify().isSound)
        let report = try AuditLog(directory: forged.folder.path).verify(
            with: sample.keys.signer.verifier, headKey: sample.keys.signer.headKey)
        let kinds = report.findings.map(\.kind)
        #expect(kinds.filter { $0 == .forgedCheckpoint }.count == 3)
        #expect(kinds.contains(.forgedHead))
    }

    @Test("a checkpoint signed with another key is found")
    func findsForgedCheckpoint() throws {
        let sample = try AuditSample(events: 25)
        let note = try #require(try AuditLog(directory: sample.folder.path).newestCheckpoint())
        let text = try sample.keys.signer.verifier.open(note)
        for forger in [
            try TestKeys(seed: 9).signer,
            try NoteSigner(name: sample.keys.signer.name, seed: [UInt8](repeating: 9, count: 32)),
        ] {
            try edit(sample.folder) {
                try $0.execute(
                    sql: "UPDATE checkpoint SET note = ? WHERE size = 25",
                    arguments: [try forger.sign(text)])
            }
            let report = try sample.verify()
            #expect(report.findings.map(\.kind) == [.forgedCheckpoint])
            #expect(report.findings.first?.last == 25)
        }
    }

    @Test("the restoring of an older copy is found with a newer checkpoint, and only with it")
    func findsOlderCopy() throws {
        let sample = try AuditSample(events: 25)
        let path = sample.folder.path("careloop.db")
        let older = try Data(contentsOf: URL(fileURLWithPath: path))
        try sample.run { try AuditSample.append(10, to: $0, from: 26) }
        let external = try String(
            contentsOfFile: sample.folder.path("checkpoint"), encoding: .utf8)
        #expect(try sample.verify(external: external).isSound)
        try older.write(to: URL(fileURLWithPath: path))
        #expect(try sample.verify().findings.map(\.kind) == [.rewritten])
        try FileManager.default.removeItem(atPath: sample.folder.path("checkpoint"))
        #expect(try sample.verify().isSound)
        let cut = try sample.verify(external: external)
        #expect(cut.findings.map(\.kind) == [.rewritten])
        #expect(cut.findings.first?.first == 26)
        // History goes on from there and becomes longer than it was.
        try sample.run { try AuditSample.append(30, to: $0, from: 40) }
        #expect(try sample.verify().isSound)
        let rewritten = try sample.verify(external: external)
        #expect(rewritten.findings.map(\.kind) == [.rewritten])
    }

    @Test("a checkpoint of another log or key proves nothing")
    func foreignCheckpoint() throws {
        let sample = try AuditSample(events: 5)
        let other = try TestKeys(seed: 9).signer
        let text = try #require(
            Checkpoint(origin: other.name, size: 5, root: MerkleTree().root, at: now)?.text)
        for note in [try other.sign(text), try sample.keys.signer.sign(text)] {
            #expect(try sample.verify(external: note).findings.map(\.kind) == [.foreignCheckpoint])
        }
    }

    @Test("without the head's key a head without its last events is found all the same")
    func findsCutWithoutHeadKey() throws {
        let sample = try AuditSample(events: 25)
        try edit(sample.folder) { try $0.execute(sql: "DELETE FROM audit WHERE sequence > 24") }
        let report = try AuditLog(directory: sample.folder.path).verify(
            with: sample.keys.signer.verifier)
        #expect(report.findings.contains { $0.kind == .cut && $0.first == 25 })
    }

    @Test("only the first findings are listed, all are counted")
    func countsFindings() throws {
        let sample = try AuditSample(events: 60)
        try edit(sample.folder) { try $0.execute(sql: "UPDATE audit SET kind = 99") }
        let report = try sample.verify()
        #expect(report.findings.count == AuditReport.findingCountMax)
        #expect(report.findingCount >= 60)
        #expect(report.findings.allSatisfy { !$0.description.isEmpty })
    }

    private func expectStartRefuses(_ sample: AuditSample, when isDue: Bool) throws {
        guard isDue else { return }
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: sample.folder.path, keys: sample.keys.keys).start()
        }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("careloopd audit verify") == true)
    }
}
