internal import Foundation
internal import Histogram

/// Times single calls that take less than a microsecond or a few.
struct ConsentTimer {
    /// Nanoseconds of the monotonic clock, which costs the least to read of those that count them.
    @inline(__always)
    private static func nanoseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
    }

    /// The time of each of `count` calls of `body`.
    func measure(count: Int, _ body: (Int) -> Void) -> Histogram<UInt64> {
        var histogram = Histogram<UInt64>(
            highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: .three)
        for place in 0..<count {
            let start = Self.nanoseconds()
            body(place)
            let end = Self.nanoseconds()
            histogram.record(end - start)
        }
        return histogram
    }
}
