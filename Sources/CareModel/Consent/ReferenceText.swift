/// Takes apart the text of a FHIR reference, `Type/id` or a URL that ends so.
public enum ReferenceText {
    /// The resource type; nil for `urn:` names and fragments, which tell none.
    public static func type(of reference: String) -> Substring? {
        let bytes = reference.utf8
        guard let slash = bytes.lastIndex(of: slashByte) else { return nil }
        let head = bytes[..<slash]
        let start = head.lastIndex(of: slashByte).map { bytes.index(after: $0) } ?? head.startIndex
        return reference[start..<slash]
    }

    /// The last two parts, `Type/id`; the whole text where there is no type.
    public static func tail(of reference: String) -> Substring {
        guard let type = type(of: reference) else { return reference[...] }
        return reference[type.startIndex...]
    }

    /// The form in which names are compared: a URN is the same in capitals (RFC 8141, RFC 9562).
    public static func key(of name: String) -> String {
        guard name.utf8.prefix(4).elementsEqual("urn:".utf8, by: { $0 | 0x20 == $1 }) else {
            return name
        }
        guard name.utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return name }
        let lower = name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return String(decoding: lower, as: UTF8.self)
    }

    /// Where the server of a full URL `…/Type/id` is, with the slash; nil for names without one.
    public static func base(of url: String) -> Substring? {
        guard isAbsolute(url), let type = type(of: url), isTypeName(type),
            type.endIndex < url.index(before: url.endIndex)
        else { return nil }
        return url[..<type.startIndex]
    }

    /// Whether a reference begins with a scheme, as URLs and URNs do.
    public static func isAbsolute(_ reference: String) -> Bool {
        reference.utf8.first { $0 == slashByte || $0 == colonByte || $0 == hashByte } == colonByte
    }

    /// Whether a text has the form of a resource type's name.
    public static func isTypeName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, (0x41...0x5A).contains(first) else { return false }
        return text.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
    }

    /// What stands after the last slash, such as the name at the end of a URL.
    public static func name(_ text: String) -> Substring {
        text.utf8.lastIndex(of: slashByte).map { text[text.utf8.index(after: $0)...] } ?? text[...]
    }

    private static let slashByte = UInt8(ascii: "/")
    private static let colonByte = UInt8(ascii: ":")
    private static let hashByte = UInt8(ascii: "#")
}
