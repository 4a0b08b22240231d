internal import CareModel

/// Keeps what is in waiting documents, so that they need not be read, opened and looked into again
/// with every verdict.
///
/// Bounded: what was not asked for lately is forgotten first.
struct InspectionCache {
    private var recent: [MessageNumber: Inspection] = [:]
    private var older: [MessageNumber: Inspection] = [:]
    private var recentItemCount = 0

    /// No more items than this are kept twice over; an item takes some hundred bytes.
    private static let itemCountMax = 50_000

    /// Forgets what was not asked for since the last time, if there is too much; only between two
    /// rounds of questions, so that a round of any length comes to its end.
    mutating func trim() {
        guard recentItemCount >= Self.itemCountMax else { return }
        older = recent
        recent = [:]
        recentItemCount = 0
    }

    /// What is in a message's document, if it is known.
    mutating func inspection(of message: MessageNumber) -> Inspection? {
        if let found = recent[message] { return found }
        guard let found = older[message] else { return nil }
        note(found, of: message)
        return found
    }

    /// Keeps what is in a message's document.
    mutating func note(_ inspection: Inspection, of message: MessageNumber) {
        recent[message] = inspection
        recentItemCount += 1 + (inspection.items?.count ?? 0)
    }
}
