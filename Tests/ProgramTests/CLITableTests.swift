import Foundation
import Testing

@testable import careloop

@Suite("Tables fit the terminal")
struct CLITableTests {
    private let plain = Style(isTerminal: false, isRefused: false, environment: [:])
    private let coloured = Style(isTerminal: true, isRefused: false, environment: [:])

    private func table(_ rows: [[Table.Cell]]) -> Table {
        var table = Table([
            .init("number"), .init("patient", isFlexible: true), .init("age", isNumber: true),
        ])
        for row in rows { table.add(row) }
        return table
    }

    @Test("columns are as wide as their widest cell and numbers stand at the right")
    func alignsColumns() {
        let lines = table([["R-1", "ann", "3 d"], ["R-22", "b", "12 min"]])
            .lines(width: nil, style: plain)
        #expect(
            lines == [
                "NUMBER  PATIENT     AGE",
                "R-1     ann         3 d",
                "R-22    b        12 min",
            ])
    }

    @Test("a narrow terminal cuts flexible columns and nothing else")
    func cutsFlexibleColumns() {
        let long = Table.Cell("Maximiliana von Hohenstein")
        let lines = table([["R-569P-6JSJ-VXHH", long, "3 d"]]).lines(width: 40, style: plain)
        #expect(lines.allSatisfy { $0.displayWidth <= 40 })
        #expect(lines[1] == "R-569P-6JSJ-VXHH  Maximiliana von…   3 d")
    }

    @Test("a row that goes on in further lines is not cut as well", arguments: 40...120)
    func cutsOrFolds(width: Int) {
        var table = Table([
            .init("number"), .init("patient", isFlexible: true), .init("from", isFlexible: true),
            .init("state"),
        ])
        let cells = [
            "R-569P-6JSJ-VXHH", "Maximiliana von Hohenstein", "lakeside practice", "received",
        ]
        table.add(cells.map { .init($0) })
        let lines = table.lines(width: width, style: plain)
        #expect(lines.allSatisfy { $0.displayWidth <= width })
        guard lines.count > 2 else { return }
        let words = lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
        for cell in cells { #expect(words.contains(cell)) }
    }

    @Test("what a row says at length stands below it, whole, however narrow the terminal is")
    func saysAtLength() {
        let says = "permits everybody for coordination of care, except everything for Northside"
        var table = Table([.init("number"), .init("status")])
        table.add(["R-1", "active"], above: says)
        table.add(["R-2", "active"])
        #expect(
            table.lines(width: nil, style: plain) == [
                "NUMBER  STATUS", "R-1     active", "     \(says)", "R-2     active",
            ])
        for width in [40, 60, 80] {
            let lines = table.lines(width: width, style: plain)
            #expect(lines.dropFirst().allSatisfy { $0.displayWidth <= width })
            let words = lines.map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(words.joined(separator: " ").contains(says))
        }
    }

    @Test("a flexible column keeps a readable rest however narrow the terminal is")
    func keepsMinimum() {
        let lines = table([["R-1", "Maximiliana", "3 d"]]).lines(width: 10, style: plain)
        #expect(lines[1] == "R-1     Maximil…  3 d")
    }

    @Test("wide characters count as two columns, marks as none")
    func countsWidth() {
        #expect("山田".displayWidth == 4)
        #expect("e\u{301}".displayWidth == 1)
        #expect("山田太郎".fitted(to: 5) == "山田…")
        #expect("ann".fitted(to: 3) == "ann")
        #expect("anna".fitted(to: 3) == "an…")
        #expect("anna".fitted(to: 0) == "")
    }

    @Test("what came over the wire cannot move the cursor or start a new line")
    func stripsControlCharacters() {
        let cell = Table.Cell("a\u{1B}[2J\u{07}b\r\nc\u{202E}d")
        #expect(cell.text == "a[2Jb cd")
        let lines = table([[cell]]).lines(width: nil, style: coloured)
        #expect(!lines[1].contains("\u{1B}"))
    }

    @Test("missing cells are empty and lines have no blanks at their end")
    func fillsRows() {
        let lines = table([["R-1"]]).lines(width: nil, style: plain)
        #expect(lines[1] == "R-1")
    }
}

@Suite("Colours are for terminals that want them")
struct CLIStyleTests {
    @Test("a terminal gets colours")
    func paints() {
        let style = Style(isTerminal: true, isRefused: false, environment: ["TERM": "xterm"])
        #expect(style.paint("x", .bad) == "\u{1B}[31mx\u{1B}[0m")
        #expect(style.paint("x", .plain) == "x")
        #expect(style.paint("", .bad) == "")
    }

    @Test(
        "pipes, NO_COLOR, --no-color and dumb terminals get none",
        arguments: [
            Style(isTerminal: false, isRefused: false, environment: [:]),
            Style(isTerminal: true, isRefused: true, environment: [:]),
            Style(isTerminal: true, isRefused: false, environment: ["NO_COLOR": "1"]),
            Style(isTerminal: true, isRefused: false, environment: ["TERM": "dumb"]),
        ])
    func staysPlain(style: Style) {
        #expect(style.paint("x", .bad) == "x")
    }

    @Test("an empty NO_COLOR means nothing, as no-color.org has it")
    func ignoresEmptyNoColor() {
        #expect(Style(isTerminal: true, isRefused: false, environment: ["NO_COLOR": ""]).isColoured)
    }
}
