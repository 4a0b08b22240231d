/// Is what one metric of a running broker says now.
public struct MetricReading: Equatable, Sendable {
    /// Says what kind of figure it is.
    public enum Figure: Equatable, Sendable {
        /// Counts up since the broker started.
        case count(Int64)
        /// Goes up and down.
        case level(Double)
        /// Is many values, each to two significant digits.
        case spread(Spread)
    }

    /// Is how many values there were since the broker started, and how they lie.
    public struct Spread: Equatable, Sendable {
        /// How many.
        public let count: UInt64
        /// Half are at most this.
        public let median: UInt64
        /// Nine tenths are at most this.
        public let p90: UInt64
        /// 99 of 100 are at most this.
        public let p99: UInt64
        /// The greatest.
        public let max: UInt64

        /// Makes the spread.
        public init(count: UInt64, median: UInt64, p90: UInt64, p99: UInt64, max: UInt64) {
            self.count = count
            self.median = median
            self.p90 = p90
            self.p99 = p99
            self.max = max
        }
    }

    /// Its name, with its unit at the end: `commit-us`.
    public let name: String
    /// Which of several of that name, such as a refusal's code; empty where there is one.
    public let label: String
    /// What it says.
    public let figure: Figure

    /// Makes the reading.
    public init(name: String, label: String = "", figure: Figure) {
        self.name = name
        self.label = label
        self.figure = figure
    }
}
