/// Knows what c2sp.org/signed-note lets stand in a note.
enum NoteText {
    /// An em dash and a blank.
    static let signaturePrefix = "\u{2014} "

    /// Whether bytes end a line and hold no control character but newlines.
    static func isUsable(_ bytes: [UInt8]) -> Bool {
        let newline = UInt8(ascii: "\n")
        return bytes.last == newline && bytes.allSatisfy { $0 >= 0x20 || $0 == newline }
    }

    /// Whether a key can have this name: not empty, and neither blanks nor plus signs in it.
    static func isKeyName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy {
                $0 != "+" && $0.value >= 0x20 && !$0.properties.isWhitespace
            }
    }
}
