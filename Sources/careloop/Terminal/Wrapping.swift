extension String {
    /// The text in lines of at most `width` columns, broken at blanks; further lines stand deeper.
    ///
    /// Without a width, or with one nobody could read, the text stays as it is.
    func wrapped(to width: Int?) -> [String] {
        guard let width, width >= 20, displayWidth > width else { return [self] }
        let indent = String(prefix { $0 == " " })
        let deeper = indent + "    "
        var lines: [String] = []
        var line = indent
        var isBlank = true
        for word in dropFirst(indent.count).split(separator: " ") {
            for piece in word.pieces(of: width - deeper.displayWidth) {
                let gap = isBlank ? 0 : 1
                if !isBlank, line.displayWidth + gap + piece.displayWidth > width {
                    lines.append(line)
                    line = deeper
                    isBlank = true
                }
                line += (isBlank ? "" : " ") + piece
                isBlank = false
            }
        }
        return lines + [line]
    }
}

extension Substring {
    /// The word cut where it is wider than a line.
    fileprivate func pieces(of width: Int) -> [Substring] {
        guard displayWidth > width else { return [self] }
        var pieces: [Substring] = []
        var start = startIndex
        var used = 0
        for index in indices {
            let own = self[index].displayWidth
            if used + own > width {
                pieces.append(self[start..<index])
                (start, used) = (index, 0)
            }
            used += own
        }
        return pieces + [self[start...]]
    }
}
