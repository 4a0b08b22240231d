internal import CareModel

/// Reads FHIR dates of any precision (R4, 2.24.0.1, `date`, `dateTime` and `instant`).
///
/// A date stands for the whole of its year, month, day, second or millisecond. One without a time
/// zone is read `zoneOffset` ahead of UTC, the deployment's own, and marked as such.
struct FHIRDate {
    /// The first instant.
    let start: Timestamp
    /// The first instant after.
    let end: Timestamp
    /// Whether the text names no zone.
    let isLocalDate: Bool
    private let text: String

    /// Reads `text`; nil if it is not a FHIR date.
    init?(_ text: String, zoneOffset: Duration = .zero) {
        var scanner = CivilTimeReader(text)
        guard let year = scanner.digits(4), year > 0 else { return nil }
        self.text = text
        guard !scanner.isAtEnd else {
            (start, end) = Self.days(
                Self.firstDay(year, 1), Self.firstDay(year + 1, 1), zoneOffset)
            isLocalDate = true
            return
        }
        guard scanner.skip("-"), let month = scanner.digits(2), (1...12).contains(month) else {
            return nil
        }
        let nextMonth =
            month == 12 ? Self.firstDay(year + 1, 1) : Self.firstDay(year, month + 1)
        guard !scanner.isAtEnd else {
            (start, end) = Self.days(Self.firstDay(year, month), nextMonth, zoneOffset)
            isLocalDate = true
            return
        }
        guard scanner.skip("-"), let dayOfMonth = scanner.digits(2),
            let day = CivilDate(year: year, month: month, day: dayOfMonth)?.dayNumber
        else { return nil }
        guard !scanner.isAtEnd else {
            (start, end) = Self.days(day, day + 1, zoneOffset)
            isLocalDate = true
            return
        }
        guard scanner.skip("T"), let time = scanner.time(), scanner.isAtEnd else { return nil }
        let milliseconds = day * CivilTime.dayMilliseconds + time.milliseconds
        start = Timestamp(milliseconds: milliseconds)
        end = Timestamp(milliseconds: milliseconds + time.precision)
        isLocalDate = false
    }

    /// The date as a period of its own.
    var period: ConsentPeriod { ConsentPeriod(start: startBound, end: endBound) }
    /// The date as the start of a period.
    var startBound: ConsentPeriod.Bound {
        .init(instant: start, isLocalDate: isLocalDate, text: text)
    }
    /// The date as the end of a period.
    var endBound: ConsentPeriod.Bound { .init(instant: end, isLocalDate: isLocalDate, text: text) }

    /// Days from 1970-01-01 to the first of a month.
    private static func firstDay(_ year: Int64, _ month: Int64) -> Int64 {
        guard let date = CivilDate(year: year, month: month, day: 1) else {
            preconditionFailure("every month has a first day")
        }
        return date.dayNumber
    }

    private static func days(
        _ first: Int64, _ next: Int64, _ zoneOffset: Duration
    ) -> (Timestamp, Timestamp) {
        let shift = zoneOffset.wholeMilliseconds
        return (
            Timestamp(milliseconds: first * CivilTime.dayMilliseconds - shift),
            Timestamp(milliseconds: next * CivilTime.dayMilliseconds - shift)
        )
    }
}
