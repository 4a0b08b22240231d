import ArgumentParser
import CareFHIR
import CareModel
import CareStore
import CareStoreSQLite
import CareVault
import Foundation

/// Writes the audit log for others to read.
struct AuditExport: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case json, fhir }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the audit log to standard output, one event on each line.",
        discussion: """
            json is the form that Protocols/audit_verify.py checks, from event 1 on; fhir gives an \
            AuditEvent resource (R4, IHE BALP) for each event. Patients are keyed hashes in both.
            """)

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("json or fhir.", valueName: "format"))
    var format = Format.json

    @Option(help: ArgumentHelp("The first event.", valueName: "number"))
    var from: Int64 = 1

    @Option(help: ArgumentHelp("The last event.", valueName: "number"))
    var to: Int64?

    @Option(
        help: ArgumentHelp(
            "Only events from this time on: a date (UTC), or a date-time with its zone.",
            valueName: "date"))
    var since: String?

    func validate() throws {
        guard from >= 1, (to ?? from) >= from else {
            throw ValidationError("--from must be 1 or more, and --to not before it.")
        }
        if let since, Instant.timestamp(since) == nil {
            throw ValidationError(
                "--since must be as 2026-11-30 or 2026-11-30T08:00:00Z.")
        }
    }

    func run() async throws {
        let log = try AuditLog.ofBroker(data.files)
        let builder =
            format == .fhir
            ? AuditEventBuilder(brokerName: try await data.keys().signer().name) : nil
        let start = since.flatMap(Instant.timestamp)
        var lines = LineWriter()
        do {
            try log.records(from: from, to: to ?? .max) { record in
                if let start, record.event.at < start { return }
                try lines.write((builder?.resource(record) ?? record.json).bytes)
            }
            try lines.flush()
        } catch let error as StoreError {
            throw OperatorFailure("\(error.message).", status: error.code == .corrupt ? 1 : 2)
        }
    }
}

/// Writes lines to standard output, many at a time.
private struct LineWriter {
    private var buffer: [UInt8] = []

    private static let byteCount = 1 << 18

    mutating func write(_ line: [UInt8]) throws {
        buffer += line
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.byteCount { try flush() }
    }

    mutating func flush() throws {
        try FileHandle.standardOutput.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }
}
