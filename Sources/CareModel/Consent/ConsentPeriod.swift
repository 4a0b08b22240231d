/// Is a stretch of time as a directive or a resource states it, made half open.
///
/// FHIR counts a partial date such as `2022-12-31` as the whole day, so the reader turns an end
/// into the first instant after it. Partial dates carry no time zone: they are read in the
/// deployment's own and marked, and the evaluator widens what is marked when it works against a
/// release. A period without any bound is one that could not be read: whether it holds is in doubt.
public struct ConsentPeriod: Hashable, Sendable {
    /// Is one end of a period.
    public struct Bound: Hashable, Sendable {
        /// The first instant inside (of a start) or the first one after (of an end).
        public let instant: Timestamp
        /// Whether the source named no time zone.
        public let isLocalDate: Bool
        /// What the source wrote.
        public let text: String

        /// Makes the bound.
        public init(instant: Timestamp, isLocalDate: Bool, text: String) {
            self.instant = instant
            self.isLocalDate = isLocalDate
            self.text = text
        }
    }

    /// Where it begins; nil for always before.
    public let start: Bound?
    /// Where it ends; nil for ever after.
    public let end: Bound?

    /// Makes the period.
    public init(start: Bound?, end: Bound?) {
        self.start = start
        self.end = end
    }
}
