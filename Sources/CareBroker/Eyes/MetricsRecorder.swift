public import CareModel
public import CoreMetrics
internal import Histogram
internal import Synchronization

/// Keeps the values of metrics in memory, so that they can be read without anything beside the
/// broker.
///
/// Any thread may record and read. A program that has a collector of its own passes its factory to
/// the broker instead, or both by way of `MultiplexMetricsHandler`.
public final class MetricsRecorder: MetricsFactory {
    private let instruments = Mutex<[Place: any Instrument]>([:])

    /// Makes a recorder without any metric.
    public init() {}

    /// Names a metric: its label and the values of its dimensions.
    private struct Place: Hashable {
        let name: String
        let label: String

        init(_ name: String, _ dimensions: [(String, String)]) {
            self.name = name
            label = dimensions.map(\.1).joined(separator: " ")
        }
    }

    /// What every metric says now, by name and label.
    public var readings: [MetricReading] {
        let all = instruments.withLock { $0 }
        return all.compactMap { place, instrument in
            instrument.figure.map {
                MetricReading(name: place.name, label: place.label, figure: $0)
            }
        }.sorted { ($0.name, $0.label) < ($1.name, $1.label) }
    }

    /// Makes a counter, or gives the one of that name.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        instrument(Place(label, dimensions)) { Tally() }
    }

    /// Makes a gauge, or gives the one of that name.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        instrument(Place(label, dimensions)) { Level() }
    }

    /// Makes a histogram, or a gauge if values are not to be aggregated.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let place = Place(label, dimensions)
        return aggregate ? instrument(place) { Values() } : instrument(place) { Level() }
    }

    /// Makes a histogram of microseconds, or gives the one of that name.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        instrument(Place(label, dimensions)) { Values() }
    }

    /// Does nothing: what was counted stays readable.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Does nothing: what was measured stays readable.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Does nothing: what was recorded stays readable.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Does nothing: what was timed stays readable.
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func instrument<Kind: Instrument>(_ place: Place, _ make: () -> Kind) -> Kind {
        instruments.withLock { instruments in
            // Two kinds under one name are a mistake of the program; the later one is not shown.
            if let known = instruments[place] { return known as? Kind ?? make() }
            let made = make()
            instruments[place] = made
            return made
        }
    }
}

/// Is something that measures and can be read.
private protocol Instrument: Sendable {
    /// What it says; nil before the first value.
    var figure: MetricReading.Figure? { get }
}

private final class Tally: Instrument, CounterHandler {
    private let value = Atomic<Int64>(0)

    var figure: MetricReading.Figure? { .count(value.load(ordering: .relaxed)) }

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { value.store(0, ordering: .relaxed) }
}

private final class Level: Instrument, MeterHandler, RecorderHandler {
    private let value = Mutex<Double?>(nil)

    var figure: MetricReading.Figure? { value.withLock { $0 }.map { .level($0) } }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { self.value.withLock { $0 = value } }

    func increment(by amount: Double) { value.withLock { $0 = ($0 ?? 0) + amount } }

    func decrement(by amount: Double) { increment(by: -amount) }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }
}

private final class Values: Instrument, RecorderHandler, TimerHandler {
    private let histogram = Mutex(Histogram<UInt64>(numberOfSignificantValueDigits: .two))

    var figure: MetricReading.Figure? {
        histogram.withLock { values in
            guard values.totalCount > 0 else { return nil }
            return .spread(
                MetricReading.Spread(
                    count: values.totalCount, median: values.median,
                    p90: values.valueAtPercentile(90), p99: values.valueAtPercentile(99),
                    max: values.maxRecorded))
        }
    }

    func record(_ value: Int64) {
        _ = histogram.withLock { $0.record(UInt64(max(0, value))) }
    }

    func record(_ value: Double) { record(Int64(value)) }

    func recordNanoseconds(_ duration: Int64) { record(duration / 1_000) }
}
