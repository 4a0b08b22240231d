package import CareModel

/// Says where a part of the list of overrides ended: those nobody has judged come first, then the
/// judged ones, each newest first.
///
/// Rows do not move within their half, so a judgement between two parts hides nothing.
package struct BreakGlassCursor: Sendable {
    /// Whether the last one was judged.
    package let isReviewed: Bool
    /// Its row.
    package let row: Int64

    /// Is where the first part begins.
    package static let start = BreakGlassCursor(isReviewed: false, row: .max)

    /// Makes the cursor.
    package init(isReviewed: Bool, row: Int64) {
        self.isReviewed = isReviewed
        self.row = row
    }

    /// Reads a page's cursor; nil if it is none of these.
    package init?(_ page: Page) {
        guard !page.cursor.isEmpty else {
            self = .start
            return
        }
        guard let half = page.cursor.first, half == "u" || half == "r",
            let row = Int64(page.cursor.dropFirst()), row > 0
        else { return nil }
        self.init(isReviewed: half == "r", row: row)
    }

    /// The cursor as a page carries it.
    package var text: String { (isReviewed ? "r" : "u") + String(row) }
}
