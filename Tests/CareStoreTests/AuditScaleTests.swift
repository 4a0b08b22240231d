import CareModel
import CareStore
import CareStoreSQLite
import CareTestKit
import Foundation
import Testing

/// Runs only when told how many events; in release, because that is what an operator has:
/// `CARELOOP_AUDIT_EVENTS=1000000 swift test -c release --filter AuditScaleTests`.
@Suite("A large audit log is verified in time and constant memory")
struct AuditScaleTests {
    private static let eventCount = ProcessInfo.processInfo.environment["CARELOOP_AUDIT_EVENTS"]
        .flatMap(Int.init)

    @Test(
        "a log of a million events is verified in a minute, with little more memory than one event",
        .enabled(if: eventCount != nil))
    func verifiesInTime() throws {
        let count = try #require(Self.eventCount)
        var sample = try AuditSample(events: 0)
        sample.policy = CheckpointPolicy()
        try sample.run { store in
            for first in stride(from: 1, through: count, by: 2_000) {
                let numbers = first...min(count, first + 1_999)
                try store.commit(numbers.map { .appendAudit(AuditSample.event($0)) })
                try store.maintain(isIdle: false)
            }
        }
        let memory = try Self.peakKibibyteCount()
        let start = ContinuousClock.now
        let report = try sample.verify()
        let time = ContinuousClock.now - start
        let growth = try Self.peakKibibyteCount() - memory
        print("verified \(report.eventCount) events in \(time), memory grew by \(growth) KiB")
        #expect(report.isSound, "\(report.findings)")
        #expect(report.eventCount == Int64(count))
        #expect(time < .seconds(60) * max(1, count / 1_000_000))
        #expect(growth < 64 * 1_024)
    }

    /// The most memory that this process ever held.
    private static func peakKibibyteCount() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(separator: " ").compactMap { Int($0) }.first)
    }
}
