/// Is a date and a time of day, of UTC or of wherever it is read as.
public struct CivilTime: Hashable, Sendable {
    /// The day.
    public let date: CivilDate
    /// Milliseconds since its midnight, below 86,400,000.
    public let millisecondOfDay: Int64

    /// Milliseconds of a day; leap seconds do not count.
    public static let dayMilliseconds: Int64 = 86_400_000

    /// Tells what a clock shows that is `offset` ahead of UTC.
    public init(_ instant: Timestamp, offset: Duration = .zero) {
        let local = instant + offset
        date = CivilDate(dayNumber: local.milliseconds.dividedDown(by: Self.dayMilliseconds))
        // Not by way of the midnight before it, which may be no instant: there is a first one.
        let rest = local.milliseconds % Self.dayMilliseconds
        millisecondOfDay = rest < 0 ? rest + Self.dayMilliseconds : rest
    }

    /// Makes the time; nil if a day has none such.
    public init?(_ date: CivilDate, hour: Int64, minute: Int64, second: Int64 = 0) {
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else {
            return nil
        }
        self.date = date
        millisecondOfDay = ((hour * 60 + minute) * 60 + second) * 1_000
    }

    /// The hour, 0 to 23.
    public var hour: Int64 { millisecondOfDay / 3_600_000 }
    /// The minute, 0 to 59.
    public var minute: Int64 { millisecondOfDay / 60_000 % 60 }
    /// The second, 0 to 59.
    public var second: Int64 { millisecondOfDay / 1_000 % 60 }

    /// The instant at which a clock shows this that is `offset` ahead of UTC; the last or the first
    /// one for what is beyond them.
    public func instant(offset: Duration = .zero) -> Timestamp {
        // Before 1970 from the day's end, because the first instant has no midnight before it.
        let isBefore = date.dayNumber < 0
        let midnight = isBefore ? date.dayNumber + 1 : date.dayNumber
        let (whole, overflow) = midnight.multipliedReportingOverflow(by: Self.dayMilliseconds)
        guard !overflow else { return isBefore ? Timestamp(milliseconds: .min) : .distantFuture }
        let rest = isBefore ? millisecondOfDay - Self.dayMilliseconds : millisecondOfDay
        return Timestamp(milliseconds: whole) + .milliseconds(rest) + (.zero - offset)
    }

    /// Such as `2026-12-01 10:00`.
    public var minuteText: String { "\(date) \(hour.padded(2)):\(minute.padded(2))" }
}

extension CivilTime: CustomStringConvertible {
    /// ISO 8601 in UTC with milliseconds, such as `2026-12-01T10:00:00.123Z`.
    public var description: String {
        "\(date)T\(hour.padded(2)):\(minute.padded(2)):\(second.padded(2))."
            + "\((millisecondOfDay % 1_000).padded(3))Z"
    }
}
