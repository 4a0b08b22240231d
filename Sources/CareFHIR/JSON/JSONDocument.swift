/// Says why bytes are not JSON this product takes.
///
/// `offset` counts bytes.
struct JSONError: Error, Hashable {
    enum Reason: Hashable {
        case syntax
        /// A byte order mark.
        case byteOrderMark
        /// UTF-16 or UTF-32.
        case wideCharacters
        /// A byte that is zero.
        case zeroByte
        /// More after the value.
        case severalValues
        case notUTF8
        case tooDeep
        case tooLarge
        case duplicateKey
        case escapedKey
    }

    let reason: Reason
    let offset: Int
}

/// Is a parsed JSON text: its bytes and a flat list of where each value stands in them.
///
/// Stricter than the usual parsers where they differ from one another: a name that occurs twice in
/// an object, or is written with escapes, is refused, so that no two readers of the same document
/// can see different things in it.
final class JSONDocument: Sendable {
    enum Kind: UInt8 {
        case null, bool, number, string, array, object
    }

    /// Is one value or one member name.
    struct Node {
        var kind: Kind
        /// For a string: whether it contains escapes.
        ///
        /// For an object: see ``Flag``.
        var flags: UInt8 = 0
        /// The first byte, of a string the one after the quote.
        var start: UInt32
        /// The byte after the last, of a string the closing quote.
        var end: UInt32
        /// The node after this value and all within it.
        ///
        /// For a member name: the name's hash.
        var next: UInt32
    }

    /// Marks what a reader looks for, so that it need not look into every object.
    enum Flag {
        static let escaped: UInt8 = 1
        static let isTrue: UInt8 = 1
        static let hasResourceType: UInt8 = 2
        static let hasReference: UInt8 = 4
        static let hasModifierExtension: UInt8 = 8
        static let hasIdentifier: UInt8 = 16
    }

    let bytes: [UInt8]
    let nodes: [Node]

    /// Parses `bytes`, which must hold one JSON value and nothing else.
    init(_ bytes: [UInt8], limits: InspectionLimits = .init()) throws(JSONError) {
        guard bytes.count <= limits.byteCount, bytes.count < Int(UInt32.max) else {
            throw JSONError(reason: .tooLarge, offset: limits.byteCount)
        }
        let outcome = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(buffer, limits: limits)
            return Result { () throws(JSONError) in try parser.parse() }
        }
        nodes = try outcome.get()
        self.bytes = bytes
    }

    /// The outermost value.
    var root: JSONValue { JSONValue(document: self, index: 0) }
}
