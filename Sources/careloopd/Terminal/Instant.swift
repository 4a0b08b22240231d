import CareModel
import Foundation

/// Reads and writes instants as operators see them.
enum Instant {
    /// The machine's wall clock.
    static var now: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    /// `2026-12-01T10:00:00.123Z`.
    static func text(_ instant: Timestamp) -> String {
        // Foundation cuts fractions of a second that binary floating point cannot hold exactly.
        let milliseconds = (instant.milliseconds % 1_000 + 1_000) % 1_000
        let seconds = Double((instant.milliseconds - milliseconds) / 1_000)
        let whole = Date(timeIntervalSince1970: seconds).formatted(Date.ISO8601FormatStyle())
        return "\(whole.dropLast()).\(String(1_000 + milliseconds).dropFirst())Z"
    }

    /// Reads a date, which begins at midnight UTC, or a date-time with its zone; nil for any other.
    static func timestamp(_ text: String) -> Timestamp? {
        let style = Date.ISO8601FormatStyle()
        let date =
            (try? Date(text, strategy: style))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (text.utf8.count == 10
                ? try? Date(text, strategy: style.year().month().day()) : nil)
        return date.map {
            Timestamp(milliseconds: Int64(($0.timeIntervalSince1970 * 1_000).rounded()))
        }
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
