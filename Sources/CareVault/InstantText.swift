internal import CareModel

/// Writes instants as `2026-11-22T17:55:04.123Z` and reads that, or milliseconds since 1970.
enum InstantText {
    private static let dayMilliseconds: Int64 = 86_400_000

    /// ISO 8601 in UTC; milliseconds since 1970 for years that four digits cannot hold.
    static func text(of instant: Timestamp) -> String {
        let day = floorDivide(instant.milliseconds, dayMilliseconds)
        let (year, month, dayOfMonth) = date(ofDay: day)
        guard (0...9999).contains(year) else { return String(instant.milliseconds) }
        let time = instant.milliseconds - day * dayMilliseconds
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(dayOfMonth, 2) + "T"
            + padded(time / 3_600_000, 2) + ":" + padded(time / 60_000 % 60, 2) + ":"
            + padded(time / 1000 % 60, 2) + "." + padded(time % 1000, 3) + "Z"
    }

    /// Reads either form; nil for anything else, and for a date that does not exist.
    static func timestamp(of text: String) -> Timestamp? {
        if let number = StrictText.integer(text) { return Timestamp(milliseconds: number) }
        let characters = Array(text.utf8)
        guard characters.count == 20 || characters.count == 24,
            characters.last == UInt8(ascii: "Z"),
            zip([4, 7, 10, 13, 16], "--T::".utf8).allSatisfy({ characters[$0] == $1 }),
            let year = number(characters[0..<4]), let month = number(characters[5..<7]),
            let day = number(characters[8..<10]), let hour = number(characters[11..<13]),
            let minute = number(characters[14..<16]), let second = number(characters[17..<19]),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var fraction: Int64 = 0
        if characters.count == 24 {
            guard characters[19] == UInt8(ascii: "."), let value = number(characters[20..<23])
            else { return nil }
            fraction = value
        }
        let dayNumber = self.dayNumber(year, month, day)
        guard date(ofDay: dayNumber) == (year, month, day) else { return nil }
        let seconds = (hour * 60 + minute) * 60 + second
        return Timestamp(milliseconds: dayNumber * dayMilliseconds + seconds * 1000 + fraction)
    }

    /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, whose years begin in
    /// March here so that the leap day comes last.
    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func date(ofDay dayNumber: Int64) -> (Int64, Int64, Int64) {
        let shifted = dayNumber + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
        let quotient = number / divisor
        return number % divisor < 0 ? quotient - 1 : quotient
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var number: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return number
    }

    private static func padded(_ number: Int64, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
}
