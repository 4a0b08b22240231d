/// Shows a list that stays up to date: draws it anew when it says something else.
final class Board {
    private let screen: Screen
    private var shown: [String] = []

    /// Makes a board that shows nothing yet.
    init(_ screen: Screen) { self.screen = screen }

    /// Draws the table, or what to say when it has no rows.
    func show(_ table: Table, ifEmpty sentence: String) {
        let lines =
            table.rows.isEmpty
            ? [sentence] : table.lines(width: screen.width, style: screen.style)
        guard lines != shown else { return }
        shown = lines
        screen.clear()
        screen.print(lines)
    }
}
