internal import Histogram

/// Is what a pass came to.
struct PassResult: Codable, Equatable, Sendable {
    /// Messages accepted, delivered, acknowledged and settled.
    var messages: Int
    /// Submissions without a receipt at most.
    var window: Int
    /// Bytes of each bundle.
    var payloadBytes: Int
    /// Agents that collected.
    var receivers: Int
    /// Consent directives recorded before.
    var patients: Int
    /// Deliveries beyond the first of a message.
    var repeatedDeliveries: Int
    /// From the first submission to the last settlement.
    var seconds: Double
    /// Messages of a second.
    var messagesPerSecond: Double
    /// From submission to delivery.
    var latency: Latency
    /// Processor time of the broker for one message; nil where the system does not tell.
    var brokerMicrosecondsPerMessage: Double?

    /// Is a distribution of latencies, in microseconds with three digits.
    struct Latency: Codable, Equatable, Sendable {
        var p50: Double
        var p99: Double
        var p999: Double
        var max: Double
    }

    init(
        _ workload: Workload, _ submittedAt: [UInt64], _ findings: Receiver.Findings,
        processorSeconds: Double?
    ) {
        messages = findings.settledCount
        window = workload.window
        payloadBytes = workload.payloadByteCount
        receivers = workload.receiverCount
        patients = workload.patientCount
        repeatedDeliveries = findings.repeatedCount
        seconds = Double(findings.endedAt - min(findings.endedAt, submittedAt.first ?? 0)) / 1e9
        messagesPerSecond = Double(messages) / max(seconds, 1e-9)
        latency = Latency(submittedAt, findings.deliveredAt)
        brokerMicrosecondsPerMessage = processorSeconds.map { $0 * 1e6 / Double(max(messages, 1)) }
    }
}

extension PassResult.Latency {
    /// Compares the two times of each message, in nanoseconds.
    init(_ submittedAt: [UInt64], _ deliveredAt: [UInt64]) {
        var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
        for (start, end) in zip(submittedAt, deliveredAt) where end >= start {
            histogram.record(end - start)
        }
        self.init(histogram)
    }

    /// Takes the percentiles of nanoseconds.
    init(_ histogram: Histogram<UInt64>) {
        p50 = Double(histogram.valueAtPercentile(50)) / 1e3
        p99 = Double(histogram.valueAtPercentile(99)) / 1e3
        p999 = Double(histogram.valueAtPercentile(99.9)) / 1e3
        max = Double(histogram.maxRecorded) / 1e3
    }
}
