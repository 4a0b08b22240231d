/// Says when something happened: milliseconds since 1970-01-01T00:00:00Z.
///
/// The resolution of everything stored and sent by CLP/1. Leap seconds do not count.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the Unix epoch; negative before it.
    public let milliseconds: Int64

    /// Makes the instant `milliseconds` after the Unix epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Later than every instant a message may name.
    public static let distantFuture = Timestamp(milliseconds: .max)

    /// Orders by what the value stands for.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The instant `duration` later, cut to whole milliseconds; saturates instead of overflowing.
    public static func + (instant: Timestamp, duration: Duration) -> Timestamp {
        let (sum, overflow) = instant.milliseconds.addingReportingOverflow(
            duration.wholeMilliseconds)
        guard !overflow else {
            return duration < .zero ? Timestamp(milliseconds: .min) : .distantFuture
        }
        return Timestamp(milliseconds: sum)
    }

    /// The time from `earlier` to `later`, negative if they are the other way round.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        let (difference, overflow) = later.milliseconds.subtractingReportingOverflow(
            earlier.milliseconds)
        return .milliseconds(overflow ? (later > earlier ? Int64.max : .min) : difference)
    }
}

extension Duration {
    /// The duration in whole milliseconds, cut towards zero.
    public var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, sumOverflow) = product.addingReportingOverflow(
            attoseconds / 1_000_000_000_000_000)
        guard !sumOverflow else { return seconds < 0 ? .min : .max }
        return sum
    }
}
