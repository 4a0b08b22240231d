internal import CareModel

/// Is one value of a parsed document.
///
/// Looking at it reads the document's bytes in place.
struct JSONValue {
    let document: JSONDocument
    let index: Int

    private var node: JSONDocument.Node { document.nodes[index] }
    var kind: JSONDocument.Kind { node.kind }
    var flags: UInt8 { node.flags }
    var isObject: Bool { node.kind == .object }
    var isArray: Bool { node.kind == .array }
    var isNull: Bool { node.kind == .null }
    /// Where the value stands in the document, a string without its quotes.
    var byteRange: Range<Int> { Int(node.start)..<Int(node.end) }
    /// The places in the node list of the value and all within it.
    var nodeRange: Range<Int> { index..<Int(node.next) }

    /// The member of that name; nil without one, and for what is not an object.
    subscript(name: StaticString) -> JSONValue? {
        guard isObject else { return nil }
        let end = Int(node.next)
        var place = index + 1
        return document.bytes.withUnsafeBufferPointer { bytes in
            document.nodes.withUnsafeBufferPointer { nodes in
                while place < end {
                    if Self.equals(bytes, nodes[place], name) {
                        return JSONValue(document: document, index: place + 1)
                    }
                    place = Int(nodes[place + 1].next)
                }
                return nil
            }
        }
    }

    /// Whether the string, or the member name, reads `text`.
    ///
    /// False if it is written with escapes.
    func reads(_ text: StaticString) -> Bool {
        guard kind == .string, flags == 0 else { return false }
        return document.bytes.withUnsafeBufferPointer { Self.equals($0, node, text) }
    }

    /// Whether the string begins with `text`, which is ASCII.
    func begins(with text: StaticString) -> Bool {
        guard kind == .string, byteRange.count >= text.utf8CodeUnitCount else { return false }
        let start = byteRange.lowerBound
        return document.bytes.withUnsafeBufferPointer { Self.holds($0, text, at: start) }
    }

    /// Whether the string, an element name without escapes, ends with `text`, which is ASCII.
    func ends(with text: StaticString) -> Bool {
        guard kind == .string, byteRange.count >= text.utf8CodeUnitCount else { return false }
        let start = byteRange.upperBound - text.utf8CodeUnitCount
        return document.bytes.withUnsafeBufferPointer { Self.holds($0, text, at: start) }
    }

    private static func equals(
        _ bytes: UnsafeBufferPointer<UInt8>, _ node: JSONDocument.Node, _ text: StaticString
    ) -> Bool {
        let count = text.utf8CodeUnitCount
        guard Int(node.end) - Int(node.start) == count else { return false }
        return holds(bytes, text, at: Int(node.start))
    }

    /// Whether the bytes from `start` on, of which there are enough, are those of `text`.
    private static func holds(
        _ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString, at start: Int
    ) -> Bool {
        for offset in 0..<text.utf8CodeUnitCount
        where bytes[start + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// The text of a string; nil for anything else.
    var string: String? {
        guard kind == .string else { return nil }
        let slice = document.bytes[byteRange]
        return flags == 0 ? String(decoding: slice, as: UTF8.self) : Self.unescaped(slice)
    }

    /// The number as it is written; nil for anything else.
    var numberText: String? {
        kind == .number ? String(decoding: document.bytes[byteRange], as: UTF8.self) : nil
    }

    /// The truth value; nil for anything else.
    var bool: Bool? { kind == .bool ? flags == JSONDocument.Flag.isTrue : nil }

    /// The elements of an array; empty for anything else.
    var elements: [JSONValue] {
        guard isArray else { return [] }
        var elements: [JSONValue] = []
        var place = index + 1
        while place < Int(node.next) {
            elements.append(JSONValue(document: document, index: place))
            place = Int(document.nodes[place].next)
        }
        return elements
    }

    /// The elements of an array, or the value itself if it is something else but null.
    var listed: [JSONValue] { isArray ? elements : isNull ? [] : [self] }

    /// The members of an object in the order of the document; empty for anything else.
    var members: [(name: JSONValue, value: JSONValue)] {
        guard isObject else { return [] }
        var members: [(name: JSONValue, value: JSONValue)] = []
        var place = index + 1
        while place < Int(node.next) {
            members.append(
                (
                    JSONValue(document: document, index: place),
                    JSONValue(document: document, index: place + 1)
                ))
            place = Int(document.nodes[place + 1].next)
        }
        return members
    }
}

extension JSONValue {
    /// Resolves the escapes of a string the parser has accepted.
    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        var units: [UInt16] = []
        var text = ""
        var iterator = bytes.makeIterator()
        var plain: [UInt8] = []
        func flush() {
            text += String(decoding: plain, as: UTF8.self)
            text += String(decoding: units, as: UTF16.self)
            plain.removeAll()
            units.removeAll()
        }
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "\\"), let code = iterator.next() else {
                if !units.isEmpty { flush() }
                plain.append(byte)
                continue
            }
            if code == UInt8(ascii: "u") {
                var unit: UInt32 = 0
                for _ in 0..<4 {
                    unit =
                        unit << 4 | (iterator.next().flatMap(HexText.value).map(UInt32.init) ?? 0)
                }
                if units.isEmpty { flush() }
                units.append(UInt16(truncatingIfNeeded: unit))
                continue
            }
            if !units.isEmpty { flush() }
            switch code {
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "t"): plain.append(0x09)
            case UInt8(ascii: "r"): plain.append(0x0D)
            case UInt8(ascii: "b"): plain.append(0x08)
            case UInt8(ascii: "f"): plain.append(0x0C)
            default: plain.append(code)
            }
        }
        flush()
        return text
    }
}
