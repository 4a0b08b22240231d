import CareModel
import Foundation
import Testing

@testable import careloop

private let now = Timestamp(milliseconds: 1_795_363_200_000)  // 2026-11-22T16:00:00Z
private let berlin = TimeZone(identifier: "Europe/Berlin")

@Suite("Times read as people say them")
struct CLIRelativeTimeTests {
    private let times = RelativeTime(now: now, zone: .gmt)

    @Test(
        "distances are told in the unit that fits",
        arguments: [
            (-2, "now"), (-59, "59 s ago"), (-60, "1 min ago"), (-3_599, "59 min ago"),
            (-3_600, "1 h ago"), (-86_399, "23 h ago"), (-3 * 86_400, "3 d ago"),
            (120, "in 2 min"), (2 * 86_400, "in 2 d"), (0, "now"),
        ])
    func tellsDistance(seconds: Int, text: String) {
        #expect(times.text(now + .seconds(seconds)) == text)
    }

    @Test("beyond a hundred days a date says more")
    func tellsDate() {
        #expect(times.text(now + .seconds(-100 * 86_400)) == "2026-08-14")
        #expect(times.text(now + .seconds(-100 * 86_400 + 1)) == "99 d ago")
    }

    @Test("no time is no text")
    func isEmptyWithoutTime() {
        #expect(times.text(nil) == "")
        #expect(times.age(since: nil) == "")
    }

    @Test("an age is never negative, also where clocks differ")
    func ageIsNotNegative() {
        #expect(times.age(since: now + .seconds(90)) == "0 s")
        #expect(times.age(since: now + .seconds(-90)) == "1 min")
    }

    @Test("a local time is that of the person")
    func tellsLocalTime() throws {
        let times = RelativeTime(now: now, zone: try #require(berlin))
        #expect(times.local(now) == "2026-11-22 17:00")
    }
}

@Suite("Times are read as people type them")
struct CLITimeInputTests {
    private func read(
        _ text: String, day: TimeInput.DayPart = .start, zone: TimeZone = .gmt
    ) throws -> String {
        let input = TimeInput(now: now, zone: zone)
        return JSONText.time(try input.time(text, option: "--due", day: day))
    }

    @Test(
        "dates, times, offsets and distances are understood",
        arguments: [
            ("2026-12-01", "2026-12-01T00:00:00.000Z"),
            ("2026-12-01T10:00", "2026-12-01T10:00:00.000Z"),
            ("2026-12-01 10:00", "2026-12-01T10:00:00.000Z"),
            ("2026-12-01T10:00:30Z", "2026-12-01T10:00:30.000Z"),
            ("2026-12-01T10:00+01:00", "2026-12-01T09:00:00.000Z"),
            ("2026-12-01T10:00-05:30", "2026-12-01T15:30:00.000Z"),
            ("2028-02-29", "2028-02-29T00:00:00.000Z"),
            ("+3d", "2026-11-25T16:00:00.000Z"), ("+12h", "2026-11-23T04:00:00.000Z"),
            ("+30m", "2026-11-22T16:30:00.000Z"),
        ])
    func reads(text: String, instant: String) throws {
        #expect(try read(text) == instant)
    }

    @Test("a day without a time ends with its last second where an end is meant")
    func readsEndOfDay() throws {
        #expect(try read("2026-12-01", day: .end) == "2026-12-01T23:59:59.000Z")
    }

    @Test("without an offset the time is that of the person, summer and winter")
    func readsLocalTime() throws {
        let zone = try #require(berlin)
        #expect(try read("2026-12-01T10:00", zone: zone) == "2026-12-01T09:00:00.000Z")
        #expect(try read("2026-07-01T10:00", zone: zone) == "2026-07-01T08:00:00.000Z")
    }

    @Test(
        "slips are refused, not guessed at",
        arguments: [
            "", "tomorrow", "2026-02-31", "2026-13-01", "2026-1-1", "26-12-01", "2026-12-01T25:00",
            "2026-12-01T10", "2026-12-01T10:60", "2026-12-01T10:00X", "+", "+3", "+-3d", "+3w",
            "-3d", "2026-12-01T10:00+1", "2026/12/01",
        ])
    func refuses(text: String) {
        #expect {
            try read(text)
        } throws: { error in
            (error as? CommandFailure)?.status == .usage
        }
    }

    @Test("an hour that the change to summer time skips does not exist")
    func refusesSkippedHour() throws {
        let zone = try #require(berlin)
        #expect(throws: CommandFailure.self) { try read("2027-03-28T02:30", zone: zone) }
    }
}
