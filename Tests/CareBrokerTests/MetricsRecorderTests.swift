import CareBroker
import CareModel
import CoreMetrics
import Testing

@Suite("What a broker measures can be read")
struct MetricsRecorderTests {
    private let recorder = MetricsRecorder()

    private func reading(_ name: String, _ label: String = "") -> MetricReading.Figure? {
        recorder.readings.first { $0.name == name && $0.label == label }?.figure
    }

    @Test("a counter counts, each of its labels for itself")
    func counts() {
        for (code, times) in [("busy", 3), ("not-allowed", 1)] {
            let counter = Counter(
                label: "refusals", dimensions: [("code", code)], factory: recorder)
            for _ in 0..<times { counter.increment() }
        }
        #expect(reading("refusals", "busy") == .count(3))
        #expect(reading("refusals", "not-allowed") == .count(1))
    }

    @Test("a gauge says the last value; before the first there is none to read")
    func levels() {
        let gauge = Gauge(label: "sessions", factory: recorder)
        #expect(reading("sessions") == nil)
        gauge.record(4)
        gauge.record(2)
        #expect(reading("sessions") == .level(2))
    }

    @Test("times are microseconds, and lie where they were")
    func spreads() throws {
        let timer = CoreMetrics.Timer(label: "commit-us", factory: recorder)
        for microseconds in Int64(1)...100 { timer.recordNanoseconds(microseconds * 1_000 + 999) }
        guard case .spread(let spread) = try #require(reading("commit-us")) else {
            Issue.record("a timer is many values")
            return
        }
        #expect(spread.count == 100)
        #expect(spread.median == 50)
        #expect(spread.p90 == 90)
        #expect(spread.p99 == 99)
        #expect(spread.max == 100)
    }

    @Test("a negative value, as from a clock set back, counts as nothing")
    func clamps() {
        Recorder(label: "batch-inputs", factory: recorder).record(-5)
        #expect(
            reading("batch-inputs")
                == .spread(MetricReading.Spread(count: 1, median: 0, p90: 0, p99: 0, max: 0)))
    }

    @Test("the same name gives the same metric; readings come by name and label")
    func sharesByName() {
        Counter(label: "b", factory: recorder).increment()
        Counter(label: "b", factory: recorder).increment()
        Counter(label: "a", factory: recorder).increment()
        #expect(recorder.readings.map(\.name) == ["a", "b"])
        #expect(reading("b") == .count(2))
    }
}
