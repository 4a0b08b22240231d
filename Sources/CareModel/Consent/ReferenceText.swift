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

    /// What stands after the last slash, such as the name at the end of a URL.
    public static func name(_ text: String) -> Substring {
        text.utf8.lastIndex(of: slashByte).map { text[text.utf8.index(after: $0)...] } ?? text[...]
    }

    private static let slashByte = UInt8(ascii: "/")
}
