import Testing

@Suite("The second reading of consent")
struct OracleCaseTests {
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
        for row in rows { check(row) }
    }

    private func check(_ row: OracleJSON) {
        let id = row.text("id") ?? "?"
        let answer = OracleJudgement(row).answer
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
