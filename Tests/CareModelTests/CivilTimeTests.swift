import CareModel
import CareTestKit
import Testing

/// Counts days one by one, as a person with a calendar would.
private struct PlainCalendar {
    var year: Int64 = 1970
    var month: Int64 = 1
    var day: Int64 = 1

    private var isLeapYear: Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private var monthLength: Int64 {
        [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Int(month) - 1]
    }

    mutating func goOn() {
        day += 1
        guard day > monthLength else { return }
        day = 1
        month += 1
        guard month > 12 else { return }
        month = 1
        year += 1
    }

    mutating func goBack() {
        day -= 1
        guard day == 0 else { return }
        month -= 1
        if month == 0 {
            month = 12
            year -= 1
        }
        day = monthLength
    }
}

@Suite("Dates are computed as a calendar counts them")
struct CivilDateTests {
    private func expect(_ plain: PlainCalendar, _ number: Int64) -> Bool {
        let date = CivilDate(dayNumber: number)
        return (date.year, date.month, date.day) == (plain.year, plain.month, plain.day)
            && date.dayNumber == number
            && CivilDate(year: plain.year, month: plain.month, day: plain.day) == date
    }

    @Test("each day of four centuries from 1970 on is the one after the day before")
    func goesOn() {
        var plain = PlainCalendar()
        for number in Int64(0)...146_200 {
            guard expect(plain, number) else {
                Issue.record("\(plain) is not day \(number)")
                return
            }
            plain.goOn()
        }
    }

    @Test("each day back to before the year 0 is the one before the day after")
    func goesBack() {
        var plain = PlainCalendar()
        for number in Int64(0)...720_500 {
            guard expect(plain, -number) else {
                Issue.record("\(plain) is not day \(-number)")
                return
            }
            plain.goBack()
        }
        #expect(plain.year < 0)
    }

    @Test("far away, days and their numbers still lead to each other, in order")
    func farAway() {
        var random = SplitMix64(seed: 1_582)
        for _ in 1...5_000 {
            let number = Int64.random(in: -100_000_000_000...100_000_000_000, using: &random)
            let date = CivilDate(dayNumber: number)
            #expect(date.dayNumber == number)
            #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
            #expect(date < CivilDate(dayNumber: number + 1))
        }
    }

    @Test(
        "a day that does not exist is none",
        arguments: [
            (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, 32), (2026, 4, 31), (2025, 2, 29),
            (1900, 2, 29), (Int64.max, 1, 1), (Int64.min, 1, 1),
        ] as [(Int64, Int64, Int64)])
    func refuses(year: Int64, month: Int64, day: Int64) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }
}

@Suite("Instants are written and read as text")
struct CivilTimeTests {
    private func read(_ text: String) -> Timestamp? {
        var reader = CivilTimeReader(text)
        return reader.instant()
    }

    @Test("what is written is read back, of every year that four digits hold")
    func roundTrip() {
        var random = SplitMix64(seed: 8_601)
        for _ in 1...5_000 {
            let milliseconds = Int64.random(
                in: -62_167_219_200_000...253_402_300_799_999, using: &random)
            let instant = Timestamp(milliseconds: milliseconds)
            let text = CivilTime(instant).description
            #expect(text.utf8.count == 24)
            #expect(read(text) == instant)
            #expect(CivilTime(instant).instant() == instant)
        }
    }

    @Test(
        "known instants",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_363_200_123, "2026-11-22T16:00:00.123Z"),
            (253_402_300_800_000, "10000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func known(milliseconds: Int64, text: String) {
        #expect(CivilTime(Timestamp(milliseconds: milliseconds)).description == text)
    }

    @Test("no instant is too far away to be written", arguments: [Int64.min, .max])
    func extremes(milliseconds: Int64) {
        let time = CivilTime(Timestamp(milliseconds: milliseconds))
        #expect(time.instant().milliseconds == milliseconds)
        #expect(!time.description.isEmpty)
    }

    @Test("a clock that is ahead shows a later time of the same instant")
    func offsets() {
        var random = SplitMix64(seed: 60)
        for _ in 1...1_000 {
            let instant = Timestamp(
                milliseconds: Int64.random(
                    in: -4_000_000_000_000...4_000_000_000_000, using: &random))
            let offset = Duration.seconds(Int64.random(in: -50_400...50_400, using: &random))
            #expect(CivilTime(instant, offset: offset).instant(offset: offset) == instant)
            #expect(CivilTime(instant, offset: offset) == CivilTime(instant + offset))
        }
    }

    @Test(
        "zones and fractions are read, and a date alone is its midnight",
        arguments: [
            ("2026-12-01", "2026-12-01T00:00:00.000Z"),
            ("2026-12-01T10:00:00+01:00", "2026-12-01T09:00:00.000Z"),
            ("2026-12-01T00:30:00.5+01:00", "2026-11-30T23:30:00.500Z"),
            ("2026-12-01T10:00:00.123456Z", "2026-12-01T10:00:00.123Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ])
    func reads(text: String, utc: String) throws {
        #expect(CivilTime(try #require(read(text))).description == utc)
    }

    @Test(
        "anything else is no instant",
        arguments: [
            "", "2026", "2026-12", "2026-02-29", "2026-12-01T10:00", "2026-12-01T10:00:00",
            "2026-12-01T24:00:00Z", "2026-12-01T10:00:00.Z", "2026-12-01T10:00:00Zz",
            "2026-12-01 10:00:00Z", "+2026-12-01", "٢٠٢٦-١٢-٠١",
        ])
    func refuses(text: String) { #expect(read(text) == nil) }
}
