import CareModel
import CareStore

extension ReaderStatements {
    func disclosures(of patient: PatientKey, page: Page) throws(StoreError) -> Answer {
        guard let cursor = page.rowCursor else { return .unknownCursor }
        guard let id = try lookup.rows.names.find(patient) else { return Answer() }
        let records = try disclosureRows.all({
            $0.add(id)
            $0.add(cursor)
            $0.add(Int64(page.limit + 1))
        }) { (row) throws(StoreError) in
            let sequence = row.int()
            guard let record = try audit.record(&row, sequence) else {
                throw .unreadable("event of the audit log")
            }
            return record
        }
        var answer = Answer()
        for record in records.prefix(page.limit) {
            let message: Message? =
                if let number = record.event.message { try lookup.message(number) } else { nil }
            answer.disclosures.append(Disclosure(record: record, message: message))
        }
        if records.count > page.limit, let last = answer.disclosures.last {
            answer.cursor = String(last.record.sequence)
        }
        return answer
    }

    func breakGlasses(asker: Asker, page: Page) throws(StoreError) -> Answer {
        guard asker.mayReviewSome else { return Answer(refusal: .notAllowed) }
        guard let cursor = BreakGlassCursor(page) else { return .unknownCursor }
        var found: [(place: BreakGlassCursor, glass: BreakGlass)] = []
        for isReviewed in cursor.isReviewed ? [true] : [false, true] {
            var row = isReviewed == cursor.isReviewed ? cursor.row : .max
            // Those of other organisations are passed over: read on until the page is full.
            while found.count <= page.limit {
                let rows = try (isReviewed ? reviewedRows : unreviewedRows).all(
                    {
                        $0.add(row)
                        $0.add(Int64(Page.limitMax))
                    }, lookup.rows.breakGlass)
                for (number, glass) in rows where asker.mayReview(glass) {
                    found.append((BreakGlassCursor(isReviewed: isReviewed, row: number), glass))
                }
                guard rows.count == Page.limitMax, let last = rows.last else { break }
                row = last.row
            }
        }
        var answer = Answer()
        answer.breakGlasses = found.prefix(page.limit).map(\.glass)
        if found.count > page.limit { answer.cursor = found[page.limit - 1].place.text }
        return answer
    }
}
