import CareModel
import CareStore
import CareStoreSQLite
import CareTestKit
import CareVault
import Foundation
import GRDB
import Testing

@Suite("A broker does not start on an audit log that it did not leave so")
struct AuditStartTests {
    @Test("events after the last checkpoint are checked against the head")
    func checksHead() throws {
        for sql in [
            "UPDATE audit SET outcome = 'deny' WHERE sequence = 13",
            "DELETE FROM audit WHERE sequence = 14",
            "INSERT INTO audit SELECT 15, kind, at, agent, organisation, recipient, message, "
                + "delivery, referral, patient, outcome, rule, purpose, epoch, acting_system, "
                + "acting_value, acting_name, acting_role FROM audit "
                + "WHERE sequence = 1",
            "UPDATE audit_head SET size = 13", "DELETE FROM audit_head",
            "UPDATE checkpoint SET peaks = x'00'", "UPDATE checkpoint SET note = 'x'",
            "DELETE FROM audit; DELETE FROM checkpoint; DELETE FROM audit_head",
        ] {
            let sample = try crashedSample()
            try edit(sample.folder) { try $0.execute(sql: sql) }
            let error = #expect(throws: StoreError.self, "\(sql)") {
                try SQLiteStore(directory: sample.folder.path, keys: sample.keys.keys).start()
            }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("careloopd audit verify") == true)
        }
    }

    @Test("after an unclean end the log goes on, sound")
    func goesOn() throws {
        let sample = try crashedSample()
        try sample.run { try AuditSample.append(9, to: $0, from: 15) }
        let report = try sample.verify()
        #expect(report.isSound, "\(report.findings)")
        #expect(report.eventCount == 23)
    }

    @Test("another audit key is refused")
    func refusesOtherKey() throws {
        let sample = try AuditSample(events: 12)
        let other = StoreKeys(
            masterKeys: sample.keys.masterKeys, signer: try TestKeys(seed: 9).signer
        ) { _ in }
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: sample.folder.path, keys: other).start()
        }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("audit key") == true)
    }

    /// Fourteen events, of which a checkpoint covers ten: the broker was killed.
    private func crashedSample() throws -> AuditSample {
        let running = try AuditSample(events: 0)
        let killed = try AuditSample(events: 0)
        try running.run { store in
            try AuditSample.append(14, to: store)
            for name in ["careloop.db", "careloop.db-wal", "starts"] {
                let path = killed.folder.path(name)
                try? FileManager.default.removeItem(atPath: path)
                try FileManager.default.copyItem(atPath: running.folder.path(name), toPath: path)
            }
        }
        return killed
    }
}
