internal import CareModel

extension ConsentPeriod {
    /// The span in which a rule of `effect` holds.
    ///
    /// A date without a zone may begin 14 hours before and end 12 hours after the same date in UTC;
    /// a prohibition gets all of that, a permission what the deployment's own zone gives.
    func span(for effect: ConsentEffect) -> (start: Timestamp, end: Timestamp) {
        var from = start?.instant ?? Timestamp(milliseconds: .min)
        var until = end?.instant ?? .distantFuture
        if effect == .deny {
            if start?.isLocalDate == true { from = from + .seconds(-14 * 3_600) }
            if end?.isLocalDate == true { until = until + .seconds(12 * 3_600) }
        }
        return (from, until)
    }

    /// Whether the rule holds at `time`.
    ///
    /// The end of an unlimited period is not a limit.
    func contains(_ time: Timestamp, for effect: ConsentEffect) -> Bool {
        let (from, until) = span(for: effect)
        return from <= time && (end == nil || time < until)
    }

    /// Whether content of `period` is inside: all of it for a permission, any for a prohibition.
    func covers(_ period: ConsentPeriod?, for effect: ConsentEffect) -> Match {
        guard let period, period.start != nil || period.end != nil else { return .unknown }
        let rule = span(for: effect)
        let content = period.span(for: .permit)
        if effect == .permit {
            return rule.start <= content.start && content.end <= rule.end ? .yes : .no
        }
        return content.start < rule.end && rule.start < content.end ? .yes : .no
    }
}
