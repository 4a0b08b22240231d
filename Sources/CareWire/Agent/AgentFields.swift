internal import CareModel

// What an agent reads of the broker's words. What it cannot read it takes for not given: the broker
// has checked what it sends, and an agent must not end on a newer broker's words.

extension String {
    /// The text; nil for the empty one, which on the wire means "not given".
    var nonEmpty: String? { isEmpty ? nil : self }
}

extension ReasonCode {
    init?(wire code: String) {
        guard !code.isEmpty else { return nil }
        self.init(code)
    }
}

extension Appointment {
    /// Reads start and end; without an end the visit ends as it starts.
    init?(wire start: Int64, _ end: Int64) {
        guard start != 0 else { return nil }
        self.init(
            start: Timestamp(milliseconds: start),
            end: Timestamp(milliseconds: end == 0 ? start : end))
    }
}

extension Optional where Wrapped: CustomStringConvertible {
    /// The text as CLP/1 carries it, empty for "not given".
    var text: String { self?.description ?? "" }
}
