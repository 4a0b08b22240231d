/// Reads dates and times of ISO 8601 as programs write them, piece by piece.
public struct CivilTimeReader {
    private let bytes: [UInt8]
    private var position = 0

    /// Begins at the start of a text.
    public init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// Whether everything was read.
    public var isAtEnd: Bool { position == bytes.count }

    /// Reads exactly so many decimal digits.
    public mutating func digits(_ count: Int) -> Int64? {
        guard position + count <= bytes.count else { return nil }
        var number: Int64 = 0
        for byte in bytes[position..<position + count] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        position += count
        return number
    }

    /// Passes a character over, if it is there.
    public mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
            return false
        }
        position += 1
        return true
    }

    /// Reads `hh:mm:ss[.fraction]` and a zone: milliseconds since the day's midnight in UTC, and
    /// how many of them the text leaves open.
    ///
    /// A second may be the 60th, a leap second, which is the first of the next minute here.
    public mutating func time() -> (milliseconds: Int64, precision: Int64)? {
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

    /// Reads the rest as a date, or as a date and a time with its zone.
    public mutating func instant() -> Timestamp? {
        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"),
            let day = digits(2), let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let midnight = date.dayNumber * CivilTime.dayMilliseconds
        guard !isAtEnd else { return Timestamp(milliseconds: midnight) }
        guard skip("T"), let time = time(), isAtEnd else { return nil }
        return Timestamp(milliseconds: midnight + time.milliseconds)
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
