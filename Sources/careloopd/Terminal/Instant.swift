import CareModel
import CareVault

/// Reads and writes instants as operators see them.
enum Instant {
    /// The machine's wall clock.
    static var now: Timestamp { WallClock.now }

    /// `2026-12-01T10:00:00.123Z`.
    static func text(_ instant: Timestamp) -> String { CivilTime(instant).description }

    /// Reads a date, which begins at midnight UTC, or a date-time with its zone; nil for any other.
    static func timestamp(_ text: String) -> Timestamp? {
        var reader = CivilTimeReader(text)
        return reader.instant()
    }

    /// How long something is ago: `3 days`, `5 minutes`.
    static func age(of instant: Timestamp, at now: Timestamp = now) -> String {
        let seconds = max(0, (now.milliseconds - instant.milliseconds) / 1_000)
        let steps: [(unit: String, size: Int64)] = [
            ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1),
        ]
        let step = steps.first { seconds >= $0.size } ?? ("second", 1)
        let count = seconds / step.size
        return "\(count) \(step.unit)\(count == 1 ? "" : "s")"
    }
}
