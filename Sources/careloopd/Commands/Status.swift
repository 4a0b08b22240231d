import ArgumentParser
import CareAgent
import CareFHIR
import CareModel
import Foundation

/// Tells how the broker is.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell how the broker is.",
        discussion: """
            With --json everything it has measured since it started: times in microseconds as \
            median, p90, p99 and maximum, counters, and how many requests were refused, by code.
            """)

    @OptionGroup var data: DataOptions

    @Flag(help: "Print JSON, with all metrics.")
    var json = false

    func run() async throws {
        let status = try await data.status()
        guard json else { return tell(status) }
        Self.json(status, at: Instant.now).printLine()
    }

    private func tell(_ status: BrokerStatus) {
        let oldest = Self.age(status, at: Instant.now).map { "  (the oldest for \($0) s)" } ?? ""
        print(
            """
            sessions      \(status.sessions)
            messages      \(status.messages)
            waiting       \(status.queued)\(oldest)
            being taken   \(status.leased)
            kept back     \(status.keptBack)
            dead letters  \(status.deadLetters)
            audit events  \(status.auditEvents)
            keys to wrap  \(status.keysToRewrap)
            """)
        for (title, name) in [("load", "load-us"), ("step", "step-us"), ("commit", "commit-us")] {
            guard
                case .spread(let spread) = status.metrics.first(where: { $0.name == name })?.figure,
                spread.count > 0
            else { continue }
            let padded = title.padding(toLength: 14, withPad: " ", startingAt: 0)
            print(
                "\(padded)\(spread.median) µs in the middle, "
                    + "\(spread.p99) µs for 1 in 100, \(spread.max) µs at most")
        }
    }

    /// How long the oldest delivery has waited, in seconds; nil if none waits.
    private static func age(_ status: BrokerStatus, at now: Timestamp) -> Int? {
        guard let oldest = status.oldestQueuedAt else { return nil }
        return max(0, Int((now - oldest).components.seconds))
    }

    static func json(_ status: BrokerStatus, at now: Timestamp) -> JSONOutput {
        .members([
            ("sessions", .number(Int64(status.sessions))),
            ("messages", .number(Int64(status.messages))),
            ("waiting", .number(Int64(status.queued))),
            ("leased", .number(Int64(status.leased))),
            ("keptBack", .number(Int64(status.keptBack))),
            ("deadLetters", .number(Int64(status.deadLetters))),
            ("auditEvents", .number(Int64(status.auditEvents))),
            ("keysToRewrap", .number(Int64(status.keysToRewrap))),
            ("oldestWaitingSeconds", age(status, at: now).map { .integer($0) }),
            ("metrics", .array(status.metrics.map(json))),
        ])
    }

    private static func json(_ metric: MetricReading) -> JSONOutput {
        let named: [(String, JSONOutput?)] = [
            ("name", .string(metric.name)),
            ("label", metric.label.isEmpty ? nil : .string(metric.label)),
        ]
        switch metric.figure {
        case .count(let count): return .members(named + [("count", .number(count))])
        // Every gauge of the broker counts whole things.
        case .level(let level): return .members(named + [("level", .integer(Int(level)))])
        case .spread(let spread):
            return .members(
                named + [
                    ("count", .number(Int64(clamping: spread.count))),
                    ("median", .number(Int64(clamping: spread.median))),
                    ("p90", .number(Int64(clamping: spread.p90))),
                    ("p99", .number(Int64(clamping: spread.p99))),
                    ("max", .number(Int64(clamping: spread.max))),
                ])
        }
    }
}
