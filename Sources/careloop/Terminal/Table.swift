internal import CareFHIR

/// Lays rows out in aligned columns that fit the terminal.
///
/// Every cell becomes one line of printable text, whoever it came from.
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

    /// A flexible column is not cut below this.
    static let flexibleWidthMin = 8

    /// Makes an empty table.
    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; cells that are missing at its end are empty.
    mutating func add(_ cells: [Cell]) {
        let missing = max(0, columns.count - cells.count)
        rows.append(cells.prefix(columns.count) + Array(repeating: "", count: missing))
    }

    /// The lines to print, heading first.
    ///
    /// - Parameter width: the columns of the terminal; nil to cut nothing.
    func lines(width: Int?, style: Style) -> [String] {
        let widths = self.widths(within: width)
        let heading = columns.map { Cell($0.title.uppercased(), .faint) }
        return ([heading] + rows).map { line($0, widths, style) }
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ style: Style) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let text = cell.text.fitted(to: widths[index])
            let padding = String(repeating: " ", count: widths[index] - text.displayWidth)
            let painted = style.paint(text, cell.tone)
            let isLast = index == cells.count - 1
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
        var excess = widths.reduce(0, +) + Self.gap.count * max(0, columns.count - 1) - limit
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
