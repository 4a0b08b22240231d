import Testing

@Suite("The second reading of consent")
struct OracleCaseTests {
    /// The published cases take a date without a zone for a day in UTC.
    static let readings = TwoValuedConsent.Readings(datesAreUTC: true)

    @Test("gives the published answers")
    func published() throws {
        let rows = try OracleJSON.rows(CaseFiles.bytes("cases.json"))
        #expect(rows.count == 58)
        for row in rows { check(row) }
    }

    @Test("gives an acceptable answer to the rows about doubt")
    func doubts() throws {
        let rows = try OracleJSON.rows(CaseFiles.bytes("doubts.json"))
        #expect(rows.count == 19)
        for row in rows where row.text("id") != "doubt-02" { check(row) }
        // This row takes it that a permit inside a refusal inside a refusal lifts the inner one
        // only. By CONSENT-AND-AUDIT's `tree` it permits, so that the row is in doubt.
        for row in rows where row.text("id") == "doubt-02" {
            check(row, .init(datesAreUTC: true, exceptionsOnlyLift: true))
            #expect(OracleJudgement(row).answer.decision == "indeterminate")
        }
    }

    private func check(
        _ row: OracleJSON, _ readings: TwoValuedConsent.Readings = Self.readings
    ) {
        let id = row.text("id") ?? "?"
        let answer = OracleJudgement(row, readings: readings).answer
        var accepted = row.items("acceptable").compactMap(\.text)
        if let expected = row.text("expected") { accepted.append(expected) }
        #expect(accepted.contains(answer.decision), "\(id): \(answer.decision)")
        guard let released = row["released"]?.items.compactMap(\.text) else { return }
        let content = row["request"]?.items("content") ?? []
        let leaving = zip(content, answer.released).filter(\.1).map {
            TwoValuedConsent.name($0.0)
        }
        #expect(leaving == released, "\(id)")
    }
}
