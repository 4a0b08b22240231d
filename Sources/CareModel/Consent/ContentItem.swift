/// Is one part of a document that a rule may take out: an entry, a resource contained in one, or an
/// element with a security label of its own.
///
/// The items of a document come in the order in which they stand in it, so that the same bytes
/// always give the same list and a place in it names a part for good.
public struct ContentItem: Hashable, Sendable {
    /// Says what the document is without the item.
    public enum Need: Hashable, Sendable {
        /// Still what it claims to be.
        case none
        /// Still what it claims to be as long as another item of this need is left.
        case alternative
        /// Nothing that could be sent.
        case indispensable
    }

    /// What consent rules must know of it, without what it contains.
    public var resource: ContentResource
    /// The place of the item around it; nil for an entry or a sole resource.
    public var container: Int?
    /// What the document is without it.
    public var need: Need

    /// Makes the item.
    public init(resource: ContentResource, container: Int? = nil, need: Need = .none) {
        self.resource = resource
        self.container = container
        self.need = need
    }
}

/// Says what is left out of one recipient's copy of a document.
public struct Redaction: Hashable, Sendable {
    /// The places of the items that are taken out, in order; never empty.
    public let places: [Int]
    /// Whether the copy says that something was taken out; never what.
    public let isAdmitted: Bool

    /// Makes the redaction.
    public init(places: [Int], isAdmitted: Bool) {
        self.places = places
        self.isAdmitted = isAdmitted
    }
}
