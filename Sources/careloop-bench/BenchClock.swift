internal import CareModel
internal import Foundation

/// Tells the time of a pass.
struct BenchClock: Sendable {
    private let start = ContinuousClock.now

    /// Nanoseconds since the clock was made; the same for both threads.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = start.duration(to: .now).components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }

    /// The wall clock.
    static var wall: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}
