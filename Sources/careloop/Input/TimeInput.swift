internal import CareModel
internal import Foundation

/// Reads times as people type them.
struct TimeInput {
    /// The present.
    let now: Timestamp
    /// Where the person is.
    var zone = TimeZone.current

    /// Says which instant of a day is meant where no time is given.
    enum DayPart {
        /// Its beginning.
        case start
        /// Its last second.
        case end
    }

    /// Reads `2026-12-01`, `2026-12-01T10:00[:00][Z|+01:00]`, or `+3d`, `+12h`, `+30m` from now.
    ///
    /// - Throws: a usage failure for anything else, and for days and hours that do not exist.
    func time(_ text: String, option: String, day: DayPart) throws(CommandFailure) -> Timestamp {
        if let distance = Self.distance(text) { return now + distance }
        guard let time = date(text, day) else {
            throw .usage(
                "\(option) \(text) is no time. "
                    + "Write 2026-12-01, 2026-12-01T10:00, or +3d, +12h, +30m from now.")
        }
        return time
    }

    private static func distance(_ text: String) -> Duration? {
        guard text.hasPrefix("+"), let number = Int64(text.dropFirst().dropLast()),
            (0...100_000).contains(number)
        else { return nil }
        switch text.last {
        case "d": return .seconds(number * 86_400)
        case "h": return .seconds(number * 3_600)
        case "m": return .seconds(number * 60)
        default: return nil
        }
    }

    private func date(_ text: String, _ day: DayPart) -> Timestamp? {
        let halves = text.split(
            maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { "T ".contains($0) })
        guard let first = halves.first, let days = Self.numbers(first, "-", [4, 2, 2]) else {
            return nil
        }
        var parts = DateComponents(year: days[0], month: days[1], day: days[2])
        var zone = self.zone
        if halves.count == 2 {
            guard let clock = Self.clock(halves[1]) else { return nil }
            (parts.hour, parts.minute, parts.second) = (clock.hour, clock.minute, clock.second)
            zone = clock.zone ?? zone
        } else if day == .end {
            (parts.hour, parts.minute, parts.second) = (23, 59, 59)
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        // Foundation rolls 31 February over into March; a person who types it made a slip.
        guard let date = calendar.date(from: parts), parts.isKept(by: date, in: calendar) else {
            return nil
        }
        return Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1_000).rounded()))
    }

    private typealias Clock = (hour: Int, minute: Int, second: Int, zone: TimeZone?)

    private static func clock(_ text: Substring) -> Clock? {
        let time = text.prefix { $0.isNumber || $0 == ":" }
        let suffix = text.dropFirst(time.count)
        guard let numbers = numbers(time, ":", [2, 2]) ?? numbers(time, ":", [2, 2, 2]),
            numbers[0] < 24, numbers[1] < 60, numbers.count == 2 || numbers[2] < 60
        else { return nil }
        let second = numbers.count == 3 ? numbers[2] : 0
        switch suffix.first {
        case nil: return (numbers[0], numbers[1], second, nil)
        case "Z" where suffix.count == 1: return (numbers[0], numbers[1], second, .gmt)
        case "+", "-":
            guard let offset = Self.numbers(suffix.dropFirst(), ":", [2, 2]) else { return nil }
            let seconds = (offset[0] * 60 + offset[1]) * 60 * (suffix.first == "-" ? -1 : 1)
            guard let zone = TimeZone(secondsFromGMT: seconds) else { return nil }
            return (numbers[0], numbers[1], second, zone)
        default: return nil
        }
    }

    /// The numbers between separators, if they have just so many digits each.
    private static func numbers(
        _ text: Substring, _ separator: Character, _ digitCounts: [Int]
    ) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map(\.count) == digitCounts else { return nil }
        let numbers = parts.compactMap { $0.allSatisfy(\.isASCII) ? Int($0) : nil }
        return numbers.count == parts.count && numbers.allSatisfy { $0 >= 0 } ? numbers : nil
    }
}

extension DateComponents {
    fileprivate func isKept(by date: Date, in calendar: Calendar) -> Bool {
        let kept = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        return kept.year == year && kept.month == month && kept.day == day
            && kept.hour == (hour ?? 0) && kept.minute == (minute ?? 0)
    }
}
