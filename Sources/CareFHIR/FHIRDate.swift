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
        var scanner = Scanner(bytes: Array(text.utf8))
        guard let year = scanner.digits(4), year > 0 else { return nil }
        self.text = text
        guard !scanner.isAtEnd else {
            (start, end) = Self.days(
                Self.day(year, 1, 1), Self.day(year + 1, 1, 1), zoneOffset)
            isLocalDate = true
            return
        }
        guard scanner.skip("-"), let month = scanner.digits(2), (1...12).contains(month) else {
            return nil
        }
        let nextMonth = month == 12 ? Self.day(year + 1, 1, 1) : Self.day(year, month + 1, 1)
        guard !scanner.isAtEnd else {
            (start, end) = Self.days(Self.day(year, month, 1), nextMonth, zoneOffset)
            isLocalDate = true
            return
        }
        guard scanner.skip("-"), let dayOfMonth = scanner.digits(2), dayOfMonth > 0 else {
            return nil
        }
        let day = Self.day(year, month, dayOfMonth)
        guard day < nextMonth else { return nil }
        guard !scanner.isAtEnd else {
            (start, end) = Self.days(day, day + 1, zoneOffset)
            isLocalDate = true
            return
        }
        guard scanner.skip("T"), let time = scanner.time(), scanner.isAtEnd else { return nil }
        let milliseconds = day * 86_400_000 + time.milliseconds
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

    private static func days(
        _ first: Int64, _ next: Int64, _ zoneOffset: Duration
    ) -> (Timestamp, Timestamp) {
        let shift = zoneOffset.wholeMilliseconds
        return (
            Timestamp(milliseconds: first * 86_400_000 - shift),
            Timestamp(milliseconds: next * 86_400_000 - shift)
        )
    }

    /// Days since 1970-01-01 in the Gregorian calendar, counted from March so that a leap day is
    /// the last of its year.
    private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }
}

extension FHIRDate {
    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        mutating func digits(_ count: Int) -> Int64? {
            guard position + count <= bytes.count else { return nil }
            var number: Int64 = 0
            for byte in bytes[position..<position + count] {
                guard (0x30...0x39).contains(byte) else { return nil }
                number = number * 10 + Int64(byte - 0x30)
            }
            position += count
            return number
        }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
                return false
            }
            position += 1
            return true
        }

        /// Reads `hh:mm:ss[.fraction]` and a zone: milliseconds of the day in UTC, and how many of
        /// them the text leaves open.
        mutating func time() -> (milliseconds: Int64, precision: Int64)? {
            guard let hour = digits(2), hour < 24, skip(":"), let minute = digits(2), minute < 60,
                skip(":"), let second = digits(2), second <= 60
            else { return nil }
            var milliseconds = ((hour * 60 + minute) * 60 + second) * 1_000
            var precision: Int64 = 1_000
            if skip(".") {
                guard let fraction = fraction() else { return nil }
                milliseconds += fraction
                precision = 1
            }
            guard let offset = zone() else { return nil }
            return (milliseconds - offset, precision)
        }

        /// Reads a fraction of a second, cut to milliseconds.
        private mutating func fraction() -> Int64? {
            var milliseconds: Int64 = 0
            var count = 0
            while let digit = digits(1) {
                if count < 3 { milliseconds = milliseconds * 10 + digit }
                count += 1
            }
            guard count > 0 else { return nil }
            for _ in count..<max(count, 3) { milliseconds *= 10 }
            return milliseconds
        }

        private mutating func zone() -> Int64? {
            if skip("Z") { return 0 }
            let sign: Int64
            if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
            guard let hour = digits(2), hour <= 14, skip(":"), let minute = digits(2), minute < 60
            else { return nil }
            return sign * (hour * 60 + minute) * 60_000
        }
    }
}
