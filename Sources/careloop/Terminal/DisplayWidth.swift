extension StringProtocol {
    /// How many columns of a terminal the text takes.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// The text cut to `width` columns, with an ellipsis where something was cut off.
    func fitted(to width: Int) -> String {
        guard displayWidth > width else { return String(self) }
        var fitted = ""
        var used = 0
        for character in self {
            guard used + character.displayWidth <= width - 1 else { break }
            fitted.append(character)
            used += character.displayWidth
        }
        while fitted.last == " " { fitted.removeLast() }
        return width > 0 ? fitted + "…" : ""
    }
}

extension Character {
    /// Two columns for East Asian wide characters and pictures, none for marks, else one.
    var displayWidth: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
            0x20000...0x3FFFD:
            return 2
        default:
            return 1
        }
    }
}
