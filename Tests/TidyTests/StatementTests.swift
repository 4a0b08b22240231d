import Testing

private let namelessInsertion = Pattern(
    #"(?i)\bINSERT\s+(?:OR\s+\w+\s+)?INTO\s+\w+\s+(?:VALUES|SELECT)\b"#,
    "inserts without naming its columns")

@Suite("Statements say which columns they mean")
struct StatementTests {
    @Test("no insertion goes by the order of a table's columns, which a migration may change")
    func insertionsNameColumns() throws {
        // A migration stands at one shape for ever, and the first was released as it is.
        let files = Repository.sources.filter { !$0.path.contains("/Schema/Migrations/") }
        let found = try findings(of: [namelessInsertion], inTextOf: files)
        #expect(found.isEmpty, "\(found.report("Name the columns."))")
    }

    @Test(
        "the rule finds what names none, and nothing else",
        arguments: [
            ("INSERT INTO party VALUES (?, ?)", 1), ("insert or replace into x select 1", 1),
            ("INSERT INTO party (id, name) VALUES (?, ?)", 0),
            ("INSERT INTO x\n    (a) SELECT 1", 0),
        ])
    func findsNameless(sql: String, count: Int) throws {
        let file = SourceFile(path: "Sample.swift", text: "let sql = \"\(sql)\"")
        #expect(try findings(of: [namelessInsertion], inTextOf: [file]).count == count)
    }
}
