public import CareModel

/// Is when something is shown to a person, and where: names and records begin and end.
public struct ShowingTime: Hashable, Sendable {
    /// The present.
    public var now: Timestamp
    /// How far the person's clock is ahead of UTC.
    public var zoneOffset: Duration

    /// Makes the time.
    public init(_ now: Timestamp, zoneOffset: Duration = .zero) {
        self.now = now
        self.zoneOffset = zoneOffset
    }

    /// Where a FHIR Period stands.
    enum Phase: Hashable {
        /// It holds, or there is none.
        case current
        /// It is over since the text.
        case past(String)
        /// It begins at the text.
        case future(String)
        /// It cannot be read, so nobody can say.
        case unclear
    }

    /// Where `period` stands now; ends count as a whole, so that a day's end is still within.
    func phase(of period: JSONValue?) -> Phase {
        guard let period, !period.isNull else { return .current }
        guard period.isObject else { return .unclear }
        if let end = period["end"], !end.isNull {
            guard let text = end.string, let date = FHIRDate(text, zoneOffset: zoneOffset) else {
                return .unclear
            }
            if date.end <= now { return .past(text) }
        }
        if let start = period["start"], !start.isNull {
            guard let text = start.string, let date = FHIRDate(text, zoneOffset: zoneOffset) else {
                return .unclear
            }
            if date.start > now { return .future(text) }
        }
        return .current
    }

    /// The instant a period begins; nil without one.
    func start(of period: JSONValue?) -> Timestamp? {
        period?["start"]?.string.flatMap { FHIRDate($0, zoneOffset: zoneOffset)?.start }
    }
}
