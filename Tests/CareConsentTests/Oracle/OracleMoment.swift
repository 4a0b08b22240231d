/// A FHIR date or dateTime: everything from `first` up to, not including, `end`, in seconds since
/// 1970 as if a value without a zone were in UTC.
struct OracleMoment: Hashable {
    let first: Int64
    let end: Int64
    let hasZone: Bool

    init?(_ text: String?) {
        guard let text else { return nil }
        let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        let date = parts[0].split(separator: "-").map { Int64($0) }
        guard (1...3).contains(date.count), let year = date[0], parts[0].first != "-" else {
            return nil
        }
        guard let month = date.count > 1 ? date[1] : 1, (1...12).contains(month),
            let day = date.count > 2 ? date[2] : 1, (1...31).contains(day)
        else { return nil }
        let next = Self.days(month == 12 ? year + 1 : year, month % 12 + 1, 1)
        guard day <= next - Self.days(year, month, 1) else { return nil }
        let start = Self.days(year, month, day) * 86_400
        if parts.count == 2 {
            // FHIR: "if hours and minutes are specified, a time zone SHALL be populated".
            guard date.count == 3, let time = Self.time(String(parts[1])), let offset = time.offset
            else { return nil }
            first = start + time.seconds - offset
            end = first + 1
            hasZone = true
            return
        }
        first = start
        hasZone = false
        switch date.count {
        case 1: end = Self.days(year + 1, 1, 1) * 86_400
        case 2: end = Self.days(month == 12 ? year + 1 : year, month % 12 + 1, 1) * 86_400
        default: end = start + 86_400
        }
    }

    /// Hours, minutes and seconds, and the zone's distance from UTC if there is one.
    private static func time(_ text: String) -> (seconds: Int64, offset: Int64?)? {
        var clock = Substring(text)
        var offset: Int64?
        if clock.last == "Z" {
            clock.removeLast()
            offset = 0
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let zone = clock[clock.index(after: sign)...].split(separator: ":").map { Int64($0) }
            guard zone.count == 2, let hours = zone[0], let minutes = zone[1] else { return nil }
            offset = (hours * 3_600 + minutes * 60) * (clock[sign] == "-" ? -1 : 1)
            clock = clock[..<sign]
        }
        let whole = clock.split(separator: ".").first ?? ""
        let parts = whole.split(separator: ":").compactMap { Int64($0) }
        guard parts.count == 3 else { return nil }
        return (parts[0] * 3_600 + parts[1] * 60 + parts[2], offset)
    }

    /// Days since 1970-01-01 in the Gregorian calendar.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }
}

/// How far a date without a zone may lie from the same date in UTC: zones go from +14:00 to -12:00.
enum OracleZoneSpan {
    static let earlier: Int64 = 14 * 3_600
    static let later: Int64 = 12 * 3_600
}

extension TwoValuedConsent {
    /// Says whether the evaluation time lies in this period.
    ///
    /// A bound that is absent does not bind; an end includes all that its precision covers (FHIR
    /// Period.end). One that is not valid FHIR, because a bound is no date or the end comes before
    /// the start (per-1), is in doubt. A date without a zone is a day in UTC where the published rows need that (`inUTC`).
    func isNow(in period: OracleJSON?, inUTC: Bool = false, at place: String) -> Bool {
        guard let period else { return true }
        guard let now = OracleMoment(request.text("evaluationTime"))?.first else {
            return open(.moment, "the time of the request")
        }
        guard let bounds = Self.bounds(of: period) else {
            return open(.moment, "\(period.canonical) at \(place)")
        }
        if let start = bounds.start,
            !hasPassed(start.first, isFirm: start.hasZone || inUTC, now)
        {
            return false
        }
        guard let end = bounds.end else { return true }
        let over = faults.contains(.endIsExclusive) ? end.first : end.end
        return !hasPassed(over, isFirm: end.hasZone || inUTC, now)
    }

    private static func bounds(of period: OracleJSON) -> (
        start: OracleMoment?, end: OracleMoment?
    )? {
        let start = OracleMoment(period.text("start"))
        let end = OracleMoment(period.text("end"))
        guard (start != nil) == (period["start"] != nil), (end != nil) == (period["end"] != nil),
            start != nil || end != nil
        else { return nil }
        if let start, let end, start.first >= end.end { return nil }
        return (start, end)
    }

    private func hasPassed(_ instant: Int64, isFirm: Bool, _ now: Int64) -> Bool {
        if isFirm || readings.datesAreUTC { return now >= instant }
        if now >= instant + OracleZoneSpan.later { return true }
        if now < instant - OracleZoneSpan.earlier { return false }
        return world.holds(
            OracleDoubt(cause: .moment, question: "\(instant) has passed", instant: instant))
    }

    /// Says whether the time that this data is about lies in the period.
    func isData(of resource: OracleJSON, in period: OracleJSON) -> Bool {
        let question = "\(resource.text("id") ?? "?") in \(period.canonical)"
        guard let about = OracleDataTime(resource) else { return open(.dataPeriod, question) }
        guard let own = Self.bounds(of: period) else { return open(.dataPeriod, question) }
        let low = own.start.map { bounds($0.first, $0.hasZone, about.hasZone) }
        let high = own.end.map { bounds($0.end, $0.hasZone, about.hasZone) }
        if let low, about.end <= low.first { return false }
        if let high, about.first >= high.last { return false }
        let isAfterStart = low.map { about.first >= $0.last } ?? true
        let isBeforeEnd = high.map { about.end <= $0.first } ?? true
        return isAfterStart && isBeforeEnd ? true : open(.dataPeriod, question)
    }

    /// Where a bound may lie.
    ///
    /// Dates without zones share one; only one with and one without differ.
    private func bounds(_ instant: Int64, _ zoned: Bool, _ other: Bool) -> (
        first: Int64, last: Int64
    ) {
        if zoned == other || readings.datesAreUTC { return (instant, instant) }
        if zoned { return (instant - OracleZoneSpan.later, instant + OracleZoneSpan.earlier) }
        return (instant - OracleZoneSpan.earlier, instant + OracleZoneSpan.later)
    }
}

/// The time that a resource's data is about.
private struct OracleDataTime {
    let first: Int64
    let end: Int64
    let hasZone: Bool

    init?(_ resource: OracleJSON) {
        let names = ["effectiveDateTime", "onsetDateTime", "performedDateTime", "authoredOn"]
        if let text = names.compactMap({ resource.text($0) }).first {
            guard let moment = OracleMoment(text) else { return nil }
            (first, end, hasZone) = (moment.first, moment.end, moment.hasZone)
        } else if let period = resource["effectivePeriod"] {
            let start = OracleMoment(period.text("start"))
            let stop = OracleMoment(period.text("end"))
            guard let any = start ?? stop, (start ?? any).hasZone == (stop ?? any).hasZone else {
                return nil
            }
            first = start?.first ?? .min / 2
            end = stop?.end ?? .max / 2
            hasZone = any.hasZone
        } else {
            return nil
        }
    }
}
