internal import CareModel

/// Knows by which names the entries of a document's Bundles are referred to (R4 Bundle, resolving
/// references).
///
/// An entry is named by its full URL. `Type/id` is read on the server of the entry that says so; it
/// may be said of an entry without a server too, but not of one on another.
///
/// A class, because what is found once is kept.
final class EntryNames {
    /// Is what a name leads to.
    enum Finding: Hashable {
        /// The resource at this place.
        case resource(Int)
        /// Any of several.
        case several
        /// Nothing in the document.
        case nothing
    }

    private let tree: JSONTree
    private var entries: [BundleEntry] = []
    /// The first of a full URL.
    private var byURL: [String: Int] = [:]
    /// Most documents refer by full URL, and never ask for it.
    private lazy var locals = LocalNames(tree, entries)
    /// The names of entries without a URL of their own, and those that come again.
    private var proper: Set<LocalNames.Name> = []
    /// Whether two entries of one Bundle have the same full URL, or no other name than the same.
    private(set) var hasTwins = false
    /// Whether two Bundles give the same full URL to things of different types.
    ///
    /// What a Bundle within holds may repeat an entry of another, but not put something else in its
    /// place.
    private(set) var hasImpostors = false

    init(_ tree: JSONTree) {
        self.tree = tree
        for place in tree.resources {
            guard let bundle = tree.bundle(ofEntry: place) else { continue }
            add(place, to: bundle)
        }
    }

    private func add(_ place: Int, to bundle: Int) {
        let url = tree.fullURL(ofEntry: place)
        entries.append(BundleEntry(place: place, bundle: bundle, url: url))
        let first = url.flatMap { byURL[$0] }
        if let url, first == nil { byURL[url] = place }
        if let first {
            let other = entries.index(ofEntryAt: first).map { entries[$0] }
            hasTwins = hasTwins || other?.bundle == bundle
            let types = [first, place].map { tree.value($0)["resourceType"]?.string }
            hasImpostors = hasImpostors || types[0] != types[1]
        }
        // An absolute URL that is new is nobody else's name.
        if let url, first == nil, ReferenceText.isAbsolute(url) { return }
        guard let name = url ?? tree.value(place).resourceName else { return }
        let isNew = proper.insert(LocalNames.Name(bundle: bundle, name: name)).inserted
        if !isNew { hasTwins = true }
    }

    /// What `reference`, without its version and no fragment, leads to from the value at `place`.
    func finding(_ reference: String, from place: Int) -> Finding {
        if let found = byURL[ReferenceText.key(of: reference)] { return .resource(found) }
        guard !ReferenceText.isAbsolute(reference) else { return .nothing }
        return locals.finding(reference, from: place) { byURL[$0] }
    }
}

/// Is an entry of a Bundle, at the place of its resource.
struct BundleEntry {
    let place: Int
    let bundle: Int
    /// Its full URL, as names are compared.
    let url: String?
}

extension [BundleEntry] {
    /// Which entry's resource stands at `place`.
    func index(ofEntryAt place: Int) -> Int? {
        let index = firstIndex(notBefore: place) { $0.place }
        return index < count && self[index].place == place ? index : nil
    }
}

extension JSONTree {
    /// The Bundle that the resource at `place` is an entry of; nil if it is none.
    func bundle(ofEntry place: Int) -> Int? {
        guard name(of: place)?.reads("resource") == true, let entry = parent(of: place),
            elementName(of: entry)?.reads("entry") == true,
            let list = parent(of: entry), let bundle = parent(of: list), isResource(bundle),
            value(bundle)["resourceType"]?.reads("Bundle") == true
        else { return nil }
        return bundle
    }

    /// The full URL of an entry's resource, as names are compared; nil without one.
    func fullURL(ofEntry place: Int) -> String? {
        guard let entry = parent(of: place), let url = value(entry)["fullUrl"]?.string,
            !url.isEmpty
        else { return nil }
        return ReferenceText.key(of: JSONValue.withoutVersion(url))
    }

    /// The resource in which fragments (`#id`) are read at `place`: the innermost that is not
    /// contained in another.
    func container(around place: Int) -> Int? {
        var found = resource(around: place)
        while let here = found, elementName(of: here)?.reads("contained") == true {
            found = parent(of: here).flatMap { resource(around: $0) }
        }
        return found
    }
}
