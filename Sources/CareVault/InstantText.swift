internal import CareModel

/// Writes instants as `2026-11-22T17:55:04.123Z` and reads that, or milliseconds since 1970.
enum InstantText {
    /// ISO 8601 in UTC; milliseconds since 1970 for years that four digits cannot hold.
    static func text(of instant: Timestamp) -> String {
        let time = CivilTime(instant)
        guard (0...9_999).contains(time.date.year) else { return String(instant.milliseconds) }
        return time.description
    }

    /// Reads either form; nil for anything else, and for a date that does not exist.
    static func timestamp(of text: String) -> Timestamp? {
        if let number = StrictText.integer(text) { return Timestamp(milliseconds: number) }
        guard let instant = instant(text) else { return nil }
        // Only as it is written here, with or without the milliseconds: one text for one instant.
        let written = self.text(of: instant)
        return written == text || written.dropLast(5) + "Z" == text ? instant : nil
    }

    private static func instant(_ text: String) -> Timestamp? {
        var reader = CivilTimeReader(text)
        return reader.instant()
    }
}
