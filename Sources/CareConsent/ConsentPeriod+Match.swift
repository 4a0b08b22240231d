internal import CareModel

extension ConsentPeriod.Bound {
    /// Whether `time` is at or after this bound.
    ///
    /// A date without a zone may begin or end 14 hours before and 12 hours after the same date in
    /// UTC; in between nobody can tell, unless `isExact` takes it for one of the deployment's zone.
    func hasPassed(at time: Timestamp, isExact: Bool) -> Match {
        guard isLocalDate, !isExact else { return time >= instant ? .yes : .no }
        if time >= instant + Self.latest { return .yes }
        return time < instant + Self.earliest ? .no : .unknown
    }

    static let earliest = Duration.seconds(-14 * 3_600)
    static let latest = Duration.seconds(12 * 3_600)
}

extension ConsentPeriod {
    /// Whether nobody could read it.
    var isUnread: Bool { start == nil && end == nil }

    /// Whether content of `period` is inside; of what is partly inside nobody can tell.
    ///
    /// Dates without zones share one, so that they compare with each other, and not quite with
    /// those that have one.
    func covers(_ period: ConsentPeriod?) -> Match {
        guard let period, !period.isUnread, !isUnread else { return .unknown }
        var answer = Match.yes
        if let start {
            if let end = period.end, Self.isCertain(end, notAfter: start) { return .no }
            let isInside = period.start.map { Self.isCertain(start, notAfter: $0) } ?? false
            answer = answer.and(isInside ? .yes : .unknown)
        }
        if let end {
            if let start = period.start, Self.isCertain(end, notAfter: start) { return .no }
            let isInside = period.end.map { Self.isCertain($0, notAfter: end) } ?? false
            answer = answer.and(isInside ? .yes : .unknown)
        }
        return answer
    }

    /// Whether `first` is not after `second`, whatever zone dates without one are of.
    private static func isCertain(_ first: Bound, notAfter second: Bound) -> Bool {
        guard first.isLocalDate != second.isLocalDate else {
            return first.instant <= second.instant
        }
        return first.isLocalDate
            ? first.instant + Bound.latest <= second.instant
            : first.instant <= second.instant + Bound.earliest
    }
}
