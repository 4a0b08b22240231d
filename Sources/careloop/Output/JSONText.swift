internal import CareModel
internal import Foundation

/// Writes the JSON that scripts read: one line, members in a stable order.
enum JSONText {
    /// `value` as one line.
    static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// An instant in UTC with milliseconds; nil for one that is absent.
    static func time(_ time: Timestamp?) -> String? { time.map { self.time($0) } }

    /// An instant in UTC with milliseconds.
    static func time(_ time: Timestamp) -> String { CivilTime(time).description }

    /// Reads back what ``time(_:)`` wrote; nil for anything else.
    static func timestamp(_ text: String) -> Timestamp? {
        var reader = CivilTimeReader(text)
        return reader.instant()
    }

    /// A text; nil for one that is absent.
    static func text(_ text: String) -> String? { text.isEmpty ? nil : text }

    /// A list; nil for one that is empty.
    static func list<Element>(_ list: [Element]) -> [Element]? { list.isEmpty ? nil : list }

    /// An id, a name or a code as CLP/1 writes it; nil for one that is absent.
    static func text(_ value: (some CustomStringConvertible)?) -> String? { value?.description }
}

extension Optional where Wrapped: CustomStringConvertible {
    /// The text for people, empty for what is absent.
    var text: String { self?.description ?? "" }
}
