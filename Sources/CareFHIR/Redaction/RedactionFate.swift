/// Says what becomes of one value of a document, and why.
enum RedactionFate: UInt8 {
    /// It stays.
    case kept
    /// Policy forbids it.
    case forbidden
    /// It leads to what policy forbids.
    case leading
    /// It may repeat what policy forbids, or was said of the whole document.
    case saying
    /// It keeps its place in an array beside another, as null.
    case null

    /// Whether nothing of the value is in the copy.
    var isGone: Bool { self != .kept && self != .null }
}
