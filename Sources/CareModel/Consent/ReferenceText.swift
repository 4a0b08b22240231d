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

    private static let slashByte = UInt8(ascii: "/")
}
