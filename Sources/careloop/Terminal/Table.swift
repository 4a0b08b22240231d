internal import CareFHIR

/// Lays rows out in aligned columns that fit the terminal.
///
/// Every cell becomes one line of printable text, whoever it came from. A column is cut only where a
/// row then fits one line; a row that must go on in further lines is not cut as well.
struct Table {
    /// Is one column.
    struct Column {
        /// Its heading.
        let title: String
        /// Whether it may be cut when the terminal is narrow.
        var isFlexible = false
        /// Whether its cells are aligned at the right.
        var isNumber = false

        init(_ title: String, isFlexible: Bool = false, isNumber: Bool = false) {
            self.title = title
            self.isFlexible = isFlexible
            self.isNumber = isNumber
        }
    }

    /// Is the text of a row in a column.
    struct Cell: ExpressibleByStringInterpolation {
        /// What it says, safe to print.
        let text: String
        /// What it means.
        let tone: Tone

        init(_ text: String, _ tone: Tone = .plain) {
            self.text = PlainText.line(text)
            self.tone = tone
        }

        init(stringLiteral text: String) { self.init(text) }
    }

    /// The columns, from the left.
    let columns: [Column]
    /// The rows, from the top.
    private(set) var rows: [[Cell]] = []

    /// What has to be read before a row, by the row's place.
    private var notes: [Int: String] = [:]
    /// What a row says at length, by the row's place.
    private var texts: [Int: String] = [:]

    /// A flexible column is not cut below this.
    static let flexibleWidthMin = 8

    /// Makes an empty table.
    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; cells that are missing at its end are empty.
    ///
    /// - Parameter note: what changes the meaning of the row; stands on lines of its own before it,
    ///   so that a narrow terminal cuts nothing of it.
    /// - Parameter text: words of any length that the row is about; stand on lines of their own below
    ///   it, for the same reason.
    mutating func add(_ cells: [Cell], after note: String = "", above text: String = "") {
        if !text.isEmpty { texts[rows.count] = Self.margin + PlainText.line(text) }
        if !note.isEmpty { notes[rows.count] = PlainText.line("\(Caveat.mark)\(note):") }
        let missing = max(0, columns.count - cells.count)
        rows.append(cells.prefix(columns.count) + Array(repeating: "", count: missing))
    }

    /// The lines to print, heading first.
    ///
    /// - Parameter width: the columns of the terminal; nil to cut nothing.
    func lines(width: Int?, style: Style) -> [String] {
        let widths = self.widths(within: width)
        let runs = runs(of: widths, within: width)
        let heading = columns.map { Cell($0.title.uppercased(), .faint) }
        var lines = runs.map { line(heading, $0, widths, style) }
        for (place, row) in rows.enumerated() {
            let note = notes[place].map { ("   " + $0).wrapped(to: width) } ?? []
            lines += note.map { style.paint($0, .bad) }
            // Further lines of a row say nothing where their cells are empty.
            lines += runs.map { line(row, $0, widths, style) }.enumerated()
                .filter { $0.offset == 0 || $0.element.contains { $0 != " " } }.map(\.element)
            lines += texts[place]?.wrapped(to: width) ?? []
        }
        return lines
    }

    /// The columns of each line of a row: more than one where the terminal is too narrow for all.
    private func runs(of widths: [Int], within limit: Int?) -> [Range<Int>] {
        guard let limit, limit >= Self.foldedWidthMin else { return [columns.indices] }
        var runs: [Range<Int>] = []
        var start = 0
        var used = 0
        for (index, width) in widths.enumerated() {
            let isFirst = index == start
            let needed = used + (isFirst ? 0 : Self.gap.count) + width
            if !isFirst, needed > limit {
                runs.append(start..<index)
                start = index
                used = Self.margin.count + width
            } else {
                used = needed
            }
        }
        return runs + [start..<columns.count]
    }

    /// Nobody could read a table in fewer columns.
    private static let foldedWidthMin = 40
    /// What stands before the further lines of a row.
    private static let margin = "     "

    private func line(
        _ cells: [Cell], _ run: Range<Int>, _ widths: [Int], _ style: Style
    ) -> String {
        var line = run.lowerBound == 0 ? "" : Self.margin
        for index in run {
            let cell = cells[index]
            let text = cell.text.fitted(to: widths[index])
            let padding = String(repeating: " ", count: widths[index] - text.displayWidth)
            let painted = style.paint(text, cell.tone)
            let isLast = index == run.upperBound - 1
            if columns[index].isNumber {
                line += padding + painted
            } else {
                line += painted + (isLast ? "" : padding)
            }
            if !isLast { line += Self.gap }
        }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static let gap = "  "

    private func widths(within limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.map { $0[index].text.displayWidth }
                .reduce(columns[index].title.displayWidth, max)
        }
        guard let limit else { return widths }
        let gaps = Self.gap.count * max(0, columns.count - 1)
        let narrowest = columns.indices.map { index in
            columns[index].isFlexible ? min(widths[index], Self.flexibleWidthMin) : widths[index]
        }
        guard narrowest.reduce(gaps, +) <= limit || limit < Self.foldedWidthMin else {
            let room = limit - Self.margin.count
            return columns.indices.map { index in
                columns[index].isFlexible ? min(widths[index], room) : widths[index]
            }
        }
        var excess = widths.reduce(gaps, +) - limit
        while excess > 0 {
            let candidates = columns.indices.filter {
                columns[$0].isFlexible && widths[$0] > Self.flexibleWidthMin
            }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
