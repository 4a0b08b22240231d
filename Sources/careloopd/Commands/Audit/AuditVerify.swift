import ArgumentParser
import CareFHIR
import CareStore
import CareStoreSQLite
import CareVault
import Foundation

/// Recomputes the audit log's tree and compares it with all that was signed.
struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that nobody has changed the audit log.",
        discussion: """
            Recomputes every event's hash and compares the tree with every signed checkpoint and \
            with the head. A checkpoint that was kept on another machine also shows whether the \
            whole log was set back. Needs no broker. Ends with 0 if the log is sound, 1 if it was \
            tampered with, 2 if it cannot be read, or if no signature covers any of it.
            """)

    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp(
            "A checkpoint that was copied off earlier; - for standard input.", valueName: "file"))
    var fromCheckpoint: String?

    @Option(
        help: ArgumentHelp(
            "The audit key, as `careloopd audit key` prints it.",
            discussion: """
                Default: the one in the folder of keys. With this option no secret is read, and the \
                head's MAC is not checked: events after the newest checkpoint are not proved.
                """,
            valueName: "vkey"))
    var key: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let (verifier, headKey) = try await data.auditKeys(key)
        let external = try fromCheckpoint.map(Self.checkpoint)
        let log = try AuditLog.ofBroker(data.files)
        let report: AuditReport
        let progress = VerifyProgress()
        do throws(StoreError) {
            report = try log.verify(
                with: verifier, headKey: headKey, external: external, progress: progress.tell)
        } catch {
            throw OperatorFailure("The audit log cannot be read: \(error.message).", status: 2)
        }
        if json { Self.json(report).printLine() } else { Self.tell(report) }
        guard report.isSound else { throw ExitCode(1) }
        guard report.isProven || report.uncoveredCount < report.eventCount else {
            throw ExitCode(2)
        }
    }

    private static func checkpoint(_ path: String) throws -> String {
        let bytes =
            path == "-"
            ? try FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: path)
        guard let bytes, let text = String(bytes: bytes, encoding: .utf8) else {
            throw OperatorFailure("\(path) cannot be read, or is no checkpoint.", status: 2)
        }
        do throws(VaultError) {
            _ = try SignedNote(text)
        } catch {
            throw OperatorFailure("\(path): \(error.message)", status: 2)
        }
        return text
    }

    private static func tell(_ report: AuditReport) {
        let counts = "\(report.eventCount) events, \(report.checkpointCount) checkpoints"
        guard !report.isSound else {
            print(verdict(report, counts))
            return
        }
        print("TAMPERED: \(counts), \(report.findingCount) finding(s)")
        for finding in report.findings { print("  \(finding.description)") }
        if report.findingCount > report.findings.count {
            print("  and \(report.findingCount - report.findings.count) more")
        }
        print(
            """
            Keep every file as it is, and the checkpoints kept elsewhere. Compare with a back-up:
            careloopd audit verify --data COPY
            """)
    }

    /// What may be said of a log in which nothing is amiss.
    private static func verdict(_ report: AuditReport, _ counts: String) -> String {
        guard !report.isProven else { return "sound: \(counts)" }
        let uncovered = report.uncoveredCount
        let remedy = "Verify with the folder of keys, or again after the next checkpoint."
        guard uncovered < report.eventCount else {
            return "NOT PROVED: \(counts). No signature covers any event. \(remedy)"
        }
        return "sound up to event \(report.lastSequence - uncovered): \(counts)\n"
            + "No signature covers the last \(uncovered) event(s). \(remedy)"
    }

    static func json(_ report: AuditReport) -> JSONOutput {
        let findings = report.findings.map { finding in
            JSONOutput.members([
                ("kind", .string(finding.kind.rawValue)), ("first", .number(finding.first)),
                ("last", .number(finding.last)), ("text", .string(finding.description)),
            ])
        }
        return .members([
            ("sound", .bool(report.isSound)), ("proven", .bool(report.isProven)),
            ("uncovered", .number(Int64(report.uncoveredCount))),
            ("events", .number(report.eventCount)),
            ("lastSequence", .number(report.lastSequence)),
            ("checkpoints", .number(report.checkpointCount)),
            ("findingCount", .integer(report.findingCount)), ("findings", .array(findings)),
        ])
    }
}

/// Tells how far a verification is, once it takes longer than a second.
private final class VerifyProgress {
    private var toldAt = ContinuousClock.now

    func tell(_ eventCount: Int64) {
        let now = ContinuousClock.now
        guard now - toldAt >= .seconds(1) else { return }
        toldAt = now
        Terminal.tell("\(eventCount) events checked")
    }
}
