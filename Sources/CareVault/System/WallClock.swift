public import CareModel
internal import Foundation

/// Is the machine's wall clock, the one place where broker, agent and operator's programs read it.
///
/// Whoever must not run behind what is stored, or wants tests to set the time, wraps it.
public enum WallClock {
    /// The present, cut to milliseconds.
    public static var now: Timestamp {
        var time = timespec()
        guard clock_gettime(CLOCK_REALTIME, &time) == 0 else {
            preconditionFailure("every system has this clock")
        }
        return Timestamp(
            milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
