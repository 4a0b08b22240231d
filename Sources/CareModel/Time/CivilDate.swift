/// Is a day of the Gregorian calendar, which is carried on before its introduction.
///
/// The one place that computes dates; who writes or reads them goes by it.
public struct CivilDate: Hashable, Comparable, Sendable {
    /// The year; 0 is the one before 1.
    public let year: Int64
    /// The month, 1 to 12.
    public let month: Int64
    /// The day of the month, from 1.
    public let day: Int64

    /// Makes the date; nil if there is no such day, or the year is beyond all instants.
    public init?(year: Int64, month: Int64, day: Int64) {
        guard (-290_000_000...290_000_000).contains(year), (1...12).contains(month),
            (1...Self.dayCount(ofMonth: month, year: year)).contains(day)
        else { return nil }
        self.init(unchecked: year, month, day)
    }

    private init(unchecked year: Int64, _ month: Int64, _ day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Makes the date that is so many days after 1970-01-01, or before it.
    ///
    /// Years are counted from March here, so that a leap day is the last of its year, and in eras of
    /// 400 years, which all have the same length.
    public init(dayNumber: Int64) {
        let sinceEpoch = dayNumber + Self.epochDay
        let era = sinceEpoch.dividedDown(by: Self.eraDayCount)
        let dayOfEra = sinceEpoch - era * Self.eraDayCount
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.init(
            unchecked: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// Days since 1970-01-01; negative before it.
    public var dayNumber: Int64 {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let era = yearFromMarch.dividedDown(by: 400)
        let yearOfEra = yearFromMarch - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.eraDayCount + dayOfEra - Self.epochDay
    }

    /// How many days a month has.
    public static func dayCount(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The earlier of two days.
    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// Days of 400 years.
    private static let eraDayCount: Int64 = 146_097
    /// Days from the first of March of the year 0 to 1970-01-01.
    private static let epochDay: Int64 = 719_468
}

extension CivilDate: CustomStringConvertible {
    /// Such as `2026-12-01`; years beyond four digits have as many as they need.
    public var description: String {
        let sign = year < 0 ? "-" : ""
        return "\(sign)\(abs(year).padded(4))-\(month.padded(2))-\(day.padded(2))"
    }
}

extension Int64 {
    /// The quotient, rounded down also below 0; the divisor is above it.
    func dividedDown(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    /// The decimal digits, with zeros in front up to `count`; for numbers from 0.
    func padded(_ count: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, count - digits.utf8.count)) + digits
    }
}
