package import CareModel

extension Answer {
    /// Makes an answer that refuses the question.
    package init(refusal code: RefusalCode, _ message: String? = nil) {
        self.init()
        refusal = Refusal(code, message)
    }

    /// Refuses a cursor that no answer of this store gave.
    package static var unknownCursor: Answer {
        Answer(refusal: .invalidField, "The cursor is not one of this broker. Ask from the start.")
    }
}

extension Page {
    /// The cursor as the number of the last row of the part before, 0 for the first part; nil if
    /// it is not a number.
    package var rowCursor: Int64? {
        guard !cursor.isEmpty else { return 0 }
        guard let row = Int64(cursor), row > 0 else { return nil }
        return row
    }
}

extension Asker {
    /// Whether any override could be the asker's to judge.
    package var mayReviewSome: Bool { AccessTable.allows(roles, .reviewBreakGlass) }
}

extension StoreError {
    /// Says that a question is the core's, not a reader's.
    package static let notForReaders = StoreError(
        .contradiction, "a reader cannot answer this question; the core decides it")
}
