internal import CareCore
internal import CareModel
internal import CoreMetrics

/// Measures the loop: what it took, how long each part of a turn was, and what it refused.
///
/// Belongs to the broker's thread. Names end in their unit; nothing in a name or a label leads to a
/// patient, an agent or a referral.
struct BrokerMetrics {
    private let factory: any MetricsFactory
    private let batch: Recorder
    private let load: CoreMetrics.Timer
    private let step: CoreMetrics.Timer
    private let commit: CoreMetrics.Timer
    private let writes: Recorder
    private let sessions: Gauge
    private let sent: Counter
    private let unsent: Counter
    private let dropped: Counter
    private let strangers: Counter
    private var refusals: [RefusalCode: Counter] = [:]

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        batch = Recorder(label: "batch-inputs", factory: factory)
        load = CoreMetrics.Timer(label: "load-us", factory: factory)
        step = CoreMetrics.Timer(label: "step-us", factory: factory)
        commit = CoreMetrics.Timer(label: "commit-us", factory: factory)
        writes = Recorder(label: "commit-writes", factory: factory)
        sessions = Gauge(label: "sessions", factory: factory)
        sent = Counter(label: "frames-sent", factory: factory)
        unsent = Counter(label: "frames-unsent", factory: factory)
        dropped = Counter(label: "frames-dropped", factory: factory)
        strangers = Counter(label: "connections-refused", factory: factory)
    }

    func took(_ inputs: [Input]) { batch.record(inputs.count) }

    /// A part of a turn took so long.
    func finished(_ stage: Turn.Stage, in duration: Duration) {
        switch stage {
        case .loaded: load.recordNanoseconds(duration.nanoseconds)
        case .stepped: step.recordNanoseconds(duration.nanoseconds)
        case .committed(let writeCount):
            guard writeCount > 0 else { return }
            commit.recordNanoseconds(duration.nanoseconds)
            writes.record(writeCount)
        }
    }

    /// So many sessions are live.
    func live(_ count: Int) { sessions.record(count) }

    func dropped(_ count: Int) { dropped.increment(by: count) }

    func refusedConnections(_ count: Int) {
        if count > 0 { strangers.increment(by: count) }
    }

    /// Counts a frame, and what it refuses.
    mutating func sent(_ saying: BrokerSaying, arrived: Bool) {
        (arrived ? sent : unsent).increment()
        for code in saying.refusalCodes {
            if refusals[code] == nil {
                refusals[code] = Counter(
                    label: "refusals", dimensions: [("code", code.rawValue)], factory: factory)
            }
            refusals[code]?.increment()
        }
    }
}

extension BrokerSaying {
    /// The codes it refuses with; none if it refuses nothing.
    var refusalCodes: [RefusalCode] {
        switch self {
        case .error(let refusal), .errorAbout(_, let refusal, _), .bye(let refusal),
            .administered(.refused(let refusal)):
            [refusal.code]
        case .receipt(let items): items.compactMap { $0.refusal?.code }
        default: []
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
