internal import Logging

/// Counts frames that could not even be answered, and says so now and then.
struct DropCounter {
    private let logger: Logger
    private var dropped = 0
    private var saidAt: ContinuousClock.Instant?

    init(logger: Logger) {
        self.logger = logger
    }

    /// Counts one; logs at most once in ten seconds.
    mutating func count(_ reason: StaticString) {
        dropped += 1
        let now = ContinuousClock.now
        if let saidAt, saidAt.duration(to: now) < .seconds(10) { return }
        saidAt = now
        logger.warning("dropped \(dropped) frames so far; the last had \(reason)")
    }
}
