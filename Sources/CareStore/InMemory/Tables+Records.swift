import CareModel

extension Tables {
    func disclosures(of patient: PatientKey, page: Page) -> Answer {
        guard let cursor = page.rowCursor else { return .unknownCursor }
        let found = audit.indices.filter { index in
            Int64(index) >= cursor && audit[index].patient == patient
                && AuditEvent.Kind.accounted.contains(audit[index].kind)
        }
        var answer = Answer()
        answer.disclosures = found.prefix(page.limit).map { index in
            Disclosure(
                record: AuditRecord(sequence: Int64(index) + 1, event: audit[index]),
                message: audit[index].message.flatMap { messages[$0] })
        }
        if found.count > page.limit, let last = answer.disclosures.last {
            answer.cursor = String(last.record.sequence)
        }
        return answer
    }

    func breakGlasses(asker: Asker, page: Page) -> Answer {
        guard asker.mayReviewSome else { return Answer(refusal: .notAllowed) }
        guard let cursor = BreakGlassCursor(page) else { return .unknownCursor }
        let rows = breakGlasses.indices.reversed().filter { asker.mayReview(breakGlasses[$0]) }
        let halves = [false, true].flatMap { isReviewed in
            rows.filter { (breakGlasses[$0].review != nil) == isReviewed }
                .map { BreakGlassCursor(isReviewed: isReviewed, row: Int64($0) + 1) }
        }
        let found = halves.filter { place in
            if place.isReviewed == cursor.isReviewed { return place.row < cursor.row }
            return place.isReviewed
        }
        var answer = Answer()
        answer.breakGlasses = found.prefix(page.limit).map { breakGlasses[Int($0.row) - 1] }
        if found.count > page.limit { answer.cursor = found[page.limit - 1].text }
        return answer
    }
}
