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
        guard let first = halves.first, let days = Self.numbers(first, "-", [4, 2, 2]),
            let date = CivilDate(year: days[0], month: days[1], day: days[2])
        else { return nil }
        guard halves.count == 2 else {
            let isEnd = day == .end
            return instant(
                date, isEnd ? (23, 59, 59, nil) : (0, 0, 0, nil))
        }
        return Self.clock(halves[1]).flatMap { instant(date, $0) }
    }

    /// The instant, unless the clocks of the zone pass that time over.
    private func instant(_ date: CivilDate, _ clock: Clock) -> Timestamp? {
        guard
            let time = CivilTime(
                date, hour: clock.hour, minute: clock.minute, second: clock.second)
        else { return nil }
        return (clock.zone ?? zone).instant(of: time)
    }

    private typealias Clock = (hour: Int64, minute: Int64, second: Int64, zone: TimeZone?)

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
            guard let zone = TimeZone(secondsFromGMT: Int(seconds)) else { return nil }
            return (numbers[0], numbers[1], second, zone)
        default: return nil
        }
    }

    /// The numbers between separators, if they have just so many digits each.
    private static func numbers(
        _ text: Substring, _ separator: Character, _ digitCounts: [Int]
    ) -> [Int64]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map(\.count) == digitCounts else { return nil }
        let numbers = parts.compactMap { $0.allSatisfy(\.isASCII) ? Int64($0) : nil }
        return numbers.count == parts.count && numbers.allSatisfy { $0 >= 0 } ? numbers : nil
    }
}
