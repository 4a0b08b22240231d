import CareModel
import CareStore
import CareStoreSQLite
import CareVault
import Foundation

/// Looks at the database, the audit log's checkpoints and the disk.
struct StoreChecks {
    let files: BrokerFiles
    let settings: BrokerSettings

    func findings(keys: KeyChecks, at now: Timestamp = Instant.now) -> [Finding] {
        var findings = [freeSpace]
        guard files.hasDatabase else {
            return findings + [.warn("database", "there is none yet. Start: careloopd run")]
        }
        do throws(StoreError) {
            let summary = try StoreSummary(directory: files.directory)
            findings.append(Self.database(summary))
            if let masterKeys = keys.masterKeys {
                findings.append(Self.wrapping(summary, masterKeys))
            }
            findings.append(Self.clock(summary, now))
            findings.append(checkpointAge(summary, now))
            if let signer = keys.signer { findings.append(checkpoint(summary, signer.verifier)) }
        } catch  where error.code == .notMigrated {
            // Not a fault: so it stands between the installation of a new version and its start.
            findings.append(.warn("database", "\(error.message). See the runbook, Upgrade."))
        } catch {
            findings.append(
                .fail("database", "it cannot be read: \(error.message). See the runbook."))
        }
        return findings
    }

    /// What is wrong if the file `checkpoint` covers more than the log has; the broker does not start
    /// then.
    private func checkpointFile(_ summary: StoreSummary, _ verifier: NoteVerifier) -> Finding? {
        guard let note = try? String(contentsOfFile: files.checkpoint, encoding: .utf8),
            let signed = try? verifier.openCheckpoint(note), signed.size > summary.auditEventCount
        else { return nil }
        // A running broker may have written both since the summary was taken.
        if let newer = try? StoreSummary(directory: files.directory),
            signed.size <= newer.auditEventCount
        {
            return nil
        }
        return .fail(
            "audit",
            "\(files.checkpoint) covers \(signed.size) events and the log has fewer: the database is "
                + "older, and the broker does not start. If you restored it, see the runbook, "
                + "Restore; if not, keep every file and run: careloopd audit verify")
    }

    private var freeSpace: Finding {
        var info = statvfs()
        guard statvfs(files.directory, &info) == 0 else {
            return .fail("disk", "the file system of \(files.directory) does not answer.")
        }
        let free = UInt64(info.f_bavail) * UInt64(info.f_frsize)
        let text = "\(free >> 20) MiB free, \(settings.reserveByteCount >> 20) MiB kept in reserve"
        guard free > settings.reserveByteCount else {
            return .fail("disk", "\(text): no messages are taken. Make room.")
        }
        guard free > settings.reserveByteCount * 4 else {
            return .warn("disk", "\(text). Make room soon.")
        }
        return .ok("disk", text)
    }

    static func database(_ summary: StoreSummary) -> Finding {
        guard summary.journalMode == "wal" else {
            return .fail(
                "database",
                "its journal is \(summary.journalMode), not wal. Another program changed it; "
                    + "start the broker once, or restore a back-up.")
        }
        return .ok(
            "database",
            "careloop's, journal wal; events in the audit log: \(summary.auditEventCount)")
    }

    static func wrapping(_ summary: StoreSummary, _ keys: MasterKeys) -> Finding {
        let counts = summary.patientsByMasterVersion
        let missing = counts.keys.filter { keys.createdAt($0) == nil }.sorted()
        guard missing.isEmpty else {
            let versions = missing.map(String.init).joined(separator: ", ")
            return .fail(
                "wrapping",
                "master key \(versions) is missing, and patients' keys need it. Restore the "
                    + "master.keys that belongs to this data directory.")
        }
        let older = counts.filter { $0.key < keys.newest }.values.reduce(0, +)
        guard older == 0 else {
            return .warn(
                "wrapping",
                "\(older) patients' keys still need an older master key. The running broker "
                    + "wraps them again; see: careloopd keys list")
        }
        return .ok("wrapping", "every patient's key is wrapped with master key \(keys.newest)")
    }

    /// Whether the machine's clock is behind what is stored.
    static func clock(_ summary: StoreSummary, _ now: Timestamp) -> Finding {
        guard summary.lastSeen - now > .seconds(60) else {
            return .ok("clock", Instant.text(now))
        }
        return .fail(
            "clock",
            "it says \(Instant.text(now)), but the newest record is of "
                + "\(Instant.text(summary.lastSeen)). Set it right; see that time is synchronised.")
    }

    private func checkpointAge(_ summary: StoreSummary, _ now: Timestamp) -> Finding {
        let uncovered = summary.auditEventCount - summary.checkpointedEventCount
        guard let since = summary.uncoveredSince, uncovered > 0 else {
            return .ok("checkpoint", "covers all \(summary.auditEventCount) events")
        }
        let text =
            "events not covered: \(uncovered), the oldest \(Instant.age(of: since, at: now)) old"
        // Five intervals: a broker that was busy makes its checkpoint late.
        guard now - since > settings.checkpoints.interval * 5 else {
            return .ok("checkpoint", text)
        }
        return .warn(
            "checkpoint", "\(text). A running broker covers them; start it if it is stopped.")
    }

    /// Whether the newest checkpoint is signed by this broker and not newer than the log, and the
    /// file beside it neither.
    private func checkpoint(_ summary: StoreSummary, _ verifier: NoteVerifier) -> Finding {
        if let finding = checkpointFile(summary, verifier) { return finding }
        do {
            guard let note = try AuditLog(directory: files.directory).newestCheckpoint() else {
                return .ok("audit", "no checkpoint yet")
            }
            let checkpoint = try verifier.openCheckpoint(note)
            guard checkpoint.size <= summary.auditEventCount else {
                return .fail(
                    "audit",
                    "the log ends before its newest checkpoint. Keep every file and run: "
                        + "careloopd audit verify")
            }
            let file = try? String(contentsOfFile: files.checkpoint, encoding: .utf8)
            guard file == note else {
                return .warn(
                    "audit",
                    "\(files.checkpoint) is not the newest checkpoint. Start the broker, which "
                        + "writes it again, or use: careloopd audit checkpoint")
            }
            return .ok("audit", "signed up to event \(checkpoint.size)")
        } catch {
            return .fail(
                "audit",
                "the newest checkpoint is not this broker's (\(error)). Restore audit.key, or run: "
                    + "careloopd audit verify")
        }
    }
}
