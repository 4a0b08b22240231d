import CareModel
import CareStore
@testable import CareStoreSQLite
import CareTestKit
import CareVault
import Foundation
import Testing

@Suite("A database that was set back is not taken for the log")
struct AuditSetBackTests {
    @Test("beside a newer checkpoint it is refused, until somebody moves that away")
    func refusesOlder() throws {
        let sample = try AuditSample(events: 25)
        let older = try database(of: sample)
        try sample.run { try AuditSample.append(10, to: $0, from: 26) }
        let newer = try checkpoint(of: sample)
        try restore(older, to: sample)
        for _ in 1...2 {
            let error = try #require(refusal(of: sample))
            #expect(error.code == .corrupt)
            #expect(error.message.contains("older than the checkpoint beside it"))
            #expect(error.message.contains("keep it as evidence"))
            #expect(try checkpoint(of: sample) == newer)
        }
        #expect(try sample.verify().findings.map(\.kind) == [.rewritten])
        try FileManager.default.removeItem(atPath: path(of: sample))
        try sample.run { try AuditSample.append(1, to: $0, from: 40) }
        #expect(try sample.verify().isSound)
        #expect(try sample.verify(external: newer).findings.map(\.kind) == [.rewritten])
    }

    @Test("one that grew again from an older state is refused beside the checkpoint it never had")
    func refusesOther() throws {
        let sample = try AuditSample(events: 25)
        let older = try database(of: sample)
        try sample.run { try AuditSample.append(8, to: $0, from: 26) }
        let newer = try checkpoint(of: sample)
        for count in [8, 9, 30] {
            try restore(older, to: sample)
            try FileManager.default.removeItem(atPath: path(of: sample))
            try sample.run { try AuditSample.append(count, to: $0, from: 60) }
            try newer.write(toFile: path(of: sample), atomically: false, encoding: .utf8)
            #expect(refusal(of: sample)?.code == .corrupt, "\(count)")
            #expect(try sample.verify().findings.map(\.kind) == [.rewritten], "\(count)")
        }
    }

    @Test("a database that is new is refused beside a checkpoint")
    func refusesNew() throws {
        let sample = try AuditSample(events: 5)
        for name in ["careloop.db", "starts"] {
            try FileManager.default.removeItem(atPath: sample.folder.path(name))
        }
        #expect(refusal(of: sample)?.code == .corrupt)
    }

    @Test("an older checkpoint, and a file that our key did not sign, are written anew")
    func replacesWorthless() throws {
        let sample = try AuditSample(events: 5)
        let older = try checkpoint(of: sample)
        try sample.run { try AuditSample.append(5, to: $0, from: 6) }
        let newest = try checkpoint(of: sample)
        let forger = try TestKeys(seed: 9).signer
        let forged = try #require(
            Checkpoint(origin: forger.name, size: 99, root: MerkleTree().root, at: now))
        for note in [older, try forger.sign(forged.text), "", "nonsense"] {
            try note.write(toFile: path(of: sample), atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: path(of: sample))
            #expect(try sample.verify().isSound)
            try sample.run { _ in }
            #expect(try checkpoint(of: sample) == newest)
        }
    }

    @Test("a running broker does not replace a checkpoint of more events")
    func keepsEvidence() throws {
        let sample = try AuditSample(events: 5)
        let signer = sample.keys.signer
        let larger = try #require(
            Checkpoint(origin: signer.name, size: 500, root: MerkleTree().root, at: now))
        let note = try signer.sign(larger.text)
        let newer = try #require(
            Checkpoint(origin: signer.name, size: 501, root: MerkleTree().root, at: now))
        let file = CheckpointFile(directory: sample.folder.path, verifier: signer.verifier)
        try file.write(note)
        try sample.folder.setMode(0o600, of: "checkpoint")
        #expect(try file.checkpoint() == larger)
        try file.write(try checkpoint(size: 499, signer))
        #expect(try checkpoint(of: sample) == note)
        try file.write(try signer.sign(newer.text))
        #expect(try file.checkpoint() == newer)
    }

    @Test("the core is told of a restore, and of nothing else")
    func tellsOfRestore() throws {
        let sample = try AuditSample(events: 3)
        #expect(try wasRestored(sample) == false)
        let older = try database(of: sample)
        let starts = try String(contentsOfFile: sample.folder.path("starts"), encoding: .utf8)
        #expect(try wasRestored(sample) == false)
        // The crash between the two counts.
        try starts.write(
            toFile: sample.folder.path("starts"), atomically: false, encoding: .utf8)
        #expect(try wasRestored(sample) == false)
        try restore(older, to: sample)
        #expect(try wasRestored(sample))
        #expect(try wasRestored(sample) == false)
        try FileManager.default.removeItem(atPath: sample.folder.path("starts"))
        #expect(try wasRestored(sample))
    }

    @Test("a file beside the database that cannot be read, or is damaged, is no missing file")
    func refusesUnreadable() throws {
        for name in ["checkpoint", "starts"] {
            let sample = try AuditSample(events: 3)
            try FileManager.default.removeItem(atPath: sample.folder.path(name))
            // Also for who may read everything.
            try FileManager.default.createSymbolicLink(
                atPath: sample.folder.path(name), withDestinationPath: "nowhere")
            #expect(refusal(of: sample) != nil, "\(name)")
            if name == "starts" {
                #expect(refusal(of: sample)?.code == .inputOutput)
            }
        }
        let sample = try AuditSample(events: 3)
        try "three".write(
            toFile: sample.folder.path("starts"), atomically: false, encoding: .utf8)
        #expect(refusal(of: sample)?.code == .corrupt)
        #expect(refusal(of: sample)?.message.contains("move it out of there") == true)
    }

    @Test("a checkpoint file that can never be written is told, and an end tells too")
    func tellsOfUnwritable() throws {
        let sample = try AuditSample(events: 0)
        let store = try SQLiteStore(directory: sample.folder.path, keys: sample.keys.keys)
        try store.start()
        try AuditSample.append(1, to: store)
        // A folder with something in it stands where the file goes.
        try FileManager.default.createDirectory(
            atPath: path(of: sample) + "/in", withIntermediateDirectories: true)
        let error = #expect(throws: StoreError.self) { try store.close() }
        #expect(error?.code == .inputOutput)
        #expect(throws: StoreError.self) { try store.load(FactKeys()) }
    }

    private func wasRestored(_ sample: AuditSample) throws -> Bool {
        let store = try SQLiteStore(directory: sample.folder.path, keys: sample.keys.keys)
        return try store.start().wasRestored
    }

    private func refusal(of sample: AuditSample) -> StoreError? {
        do throws(StoreError) {
            _ = try SQLiteStore(directory: sample.folder.path, keys: sample.keys.keys).start()
            return nil
        } catch {
            return error
        }
    }

    private func checkpoint(size: Int64, _ signer: NoteSigner) throws -> String {
        let checkpoint = try #require(
            Checkpoint(origin: signer.name, size: size, root: MerkleTree().root, at: now))
        return try signer.sign(checkpoint.text)
    }

    private func path(of sample: AuditSample) -> String { sample.folder.path("checkpoint") }

    private func checkpoint(of sample: AuditSample) throws -> String {
        try String(contentsOfFile: path(of: sample), encoding: .utf8)
    }

    private func database(of sample: AuditSample) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: sample.folder.path("careloop.db")))
    }

    private func restore(_ database: Data, to sample: AuditSample) throws {
        try database.write(to: URL(fileURLWithPath: sample.folder.path("careloop.db")))
    }
}
