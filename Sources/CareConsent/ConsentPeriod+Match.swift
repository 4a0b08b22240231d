internal import CareModel

extension ConsentPeriod {
    /// Whether a rule of `effect` holds at `time`.
    ///
    /// A date without a zone is one of the deployment's own zone. Elsewhere it may begin 14 hours
    /// before and end 12 hours after the same date in UTC: then a permission does not hold, and
    /// whether a prohibition does cannot be told. The end of an unlimited period is not a limit.
    func holds(at time: Timestamp, for effect: ConsentEffect) -> Match {
        let (from, until) = span
        if from <= time, end == nil || time < until { return .yes }
        guard effect == .deny else { return .no }
        let wide = wideSpan
        return wide.start <= time && (end == nil || time < wide.end) ? .unknown : .no
    }

    /// Whether content of `period` is inside: all of it for a permission, any for a prohibition.
    func covers(_ period: ConsentPeriod?, for effect: ConsentEffect) -> Match {
        guard let period, period.start != nil || period.end != nil else { return .unknown }
        let content = period.span
        let rule = span
        if effect == .permit {
            return rule.start <= content.start && content.end <= rule.end ? .yes : .no
        }
        if content.start < rule.end, rule.start < content.end { return .yes }
        let wide = wideSpan
        return content.start < wide.end && wide.start < content.end ? .unknown : .no
    }

    private var span: (start: Timestamp, end: Timestamp) {
        (start?.instant ?? Timestamp(milliseconds: .min), end?.instant ?? .distantFuture)
    }

    /// The span with all zones that a date without one may be of.
    private var wideSpan: (start: Timestamp, end: Timestamp) {
        var (from, until) = span
        if start?.isLocalDate == true { from = from + .seconds(-14 * 3_600) }
        if end?.isLocalDate == true { until = until + .seconds(12 * 3_600) }
        return (from, until)
    }
}
