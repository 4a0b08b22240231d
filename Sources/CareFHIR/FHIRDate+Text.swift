internal import CareModel

extension FHIRDate {
    /// Writes an instant in UTC with milliseconds, as FHIR `instant` and `dateTime` take it.
    static func text(of instant: Timestamp) -> String {
        let day = Int64((Double(instant.milliseconds) / 86_400_000).rounded(.down))
        let time = instant.milliseconds - day * 86_400_000
        let (year, month, dayOfMonth) = civil(day)
        let clock = "\(two(time / 3_600_000)):\(two(time / 60_000 % 60)):\(two(time / 1_000 % 60))"
        return "\(padded(year, 4))-\(two(month))-\(two(dayOfMonth))T\(clock)."
            + "\(padded(time % 1_000, 3))Z"
    }

    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func two(_ number: Int64) -> String { padded(number, 2) }

    private static func padded(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
