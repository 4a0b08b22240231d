import CareModel
import Foundation

/// Says whether something holds, or that nobody can tell.
enum PlainTruth {
    case yes, no, maybe

    /// Whether it counts for a rule: doubt counts for a prohibition and not for a permission.
    func counts(for effect: ConsentEffect) -> Bool {
        self == .yes || (self == .maybe && effect == .deny)
    }

    /// Whether any holds.
    static func any(_ truths: [PlainTruth]) -> PlainTruth {
        truths.contains(.yes) ? .yes : truths.contains(.maybe) ? .maybe : .no
    }

    /// Whether all hold.
    static func all(_ truths: [PlainTruth]) -> PlainTruth {
        truths.contains(.no) ? .no : truths.contains(.maybe) ? .maybe : .yes
    }
}

/// Reads FHIR dates with Foundation's calendar, in UTC.
enum PlainDate {
    /// Is the time a date stands for, in milliseconds since 1970.
    struct Span {
        let start: Int64
        let end: Int64
        let namesZone: Bool
    }

    static func span(_ text: String) -> Span {
        let isDate = !text.contains("T")
        guard isDate else {
            let hasFraction = text.contains(".")
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: hasFraction)
            let start = milliseconds((try? style.parse(text)) ?? .distantPast)
            return Span(start: start, end: start + (hasFraction ? 1 : 1_000), namesZone: true)
        }
        let parts = text.split(separator: "-").compactMap { Int($0) }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let unit: Calendar.Component = [.year, .month, .day][parts.count - 1]
        let components = DateComponents(
            year: parts[0], month: parts.count > 1 ? parts[1] : 1,
            day: parts.count > 2 ? parts[2] : 1)
        let start = calendar.date(from: components) ?? .distantPast
        let end = calendar.date(byAdding: unit, value: 1, to: start) ?? .distantPast
        return Span(start: milliseconds(start), end: milliseconds(end), namesZone: false)
    }

    private static func milliseconds(_ date: Date) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1_000).rounded())
    }
}
