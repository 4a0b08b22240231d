internal import CareModel

/// Knows by which names the entries of a document's Bundles are referred to (R4 Bundle, resolving
/// references).
///
/// An entry is named by its full URL. `Type/id` is read on the server of the entry that says so; it
/// may be said of an entry without a server too, but not of one on another.
struct EntryNames {
    /// Is what a name leads to.
    enum Finding: Hashable {
        /// The resource at this place.
        case resource(Int)
        /// Any of several.
        case several
        /// Nothing in the document.
        case nothing
    }

    private struct Entry {
        let place: Int
        let bundle: Int
        /// What stands before `Type/id` in its full URL; nil for other full URLs and none.
        let base: String?
    }

    private struct LocalName: Hashable {
        let bundle: Int
        let name: String
    }

    /// Is who goes by one `Type/id` in one Bundle.
    private struct Namesakes {
        var count = 0
        var place = 0
        /// Those that are on no server.
        var placelessCount = 0
        var placelessPlace = 0
    }

    private let tree: JSONTree
    /// By the place of the resource, in the order of the document.
    private var entries: [Entry] = []
    /// The first of a full URL.
    private var byURL: [String: Int] = [:]
    private var byName: [LocalName: Namesakes] = [:]
    /// One of those who go by a `Type/id` anywhere.
    private var anywhere: [String: Int] = [:]
    /// The names of entries without a URL of their own, and those that come again.
    private var proper: Set<LocalName> = []
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

    private mutating func add(_ place: Int, to bundle: Int) {
        let url = tree.fullURL(ofEntry: place)
        let base = url.flatMap { ReferenceText.base(of: $0) }.map { String($0) }
        entries.append(Entry(place: place, bundle: bundle, base: base))
        let first = url.flatMap { byURL[$0] }
        if let url, first == nil { byURL[url] = place }
        let own = tree.value(place).resourceName
        if let first {
            hasTwins = hasTwins || entry(at: first)?.bundle == bundle
            let types = [first, place].map { tree.value($0)["resourceType"]?.string }
            hasImpostors = hasImpostors || types[0] != types[1]
        }
        // An absolute URL that is new is nobody else's name.
        let isNobodys = first == nil && url.map { ReferenceText.isAbsolute($0) } == true
        if let name = url ?? own, !isNobodys {
            let isNew = proper.insert(LocalName(bundle: bundle, name: name)).inserted
            if !isNew { hasTwins = true }
        }
        if let own { add(own, of: place, in: bundle, isPlaceless: base == nil) }
        guard base != nil, let tail = url.map({ String(ReferenceText.tail(of: $0)) }), tail != own
        else { return }
        add(tail, of: place, in: bundle, isPlaceless: false)
    }

    private mutating func add(
        _ name: String, of place: Int, in bundle: Int, isPlaceless: Bool
    ) {
        var namesakes = byName[LocalName(bundle: bundle, name: name), default: Namesakes()]
        namesakes.count += 1
        namesakes.place = place
        if isPlaceless {
            namesakes.placelessCount += 1
            namesakes.placelessPlace = place
        }
        byName[LocalName(bundle: bundle, name: name)] = namesakes
        anywhere[name] = place
    }

    /// What `reference`, without its version and no fragment, leads to from the value at `place`.
    func finding(_ reference: String, from place: Int) -> Finding {
        if let found = byURL[ReferenceText.key(of: reference)] { return .resource(found) }
        guard !ReferenceText.isAbsolute(reference), let last = anywhere[reference] else {
            return .nothing
        }
        var base: String?
        var next = tree.resource(around: place)
        while let resource = next {
            next = tree.parent(of: resource).flatMap { tree.resource(around: $0) }
            // What is right in a Bundle, such as who signed it, is on no server.
            if let found = finding(reference, in: resource, base: nil) { return found }
            guard let entry = entry(at: resource) else { continue }
            base = base ?? entry.base
            if let found = finding(reference, in: entry.bundle, base: entry.base) { return found }
        }
        // A Bundle within has it.
        guard let base else { return .resource(last) }
        if let found = byURL[base + reference] { return .resource(found) }
        return entry(at: last)?.base == nil ? .resource(last) : .nothing
    }

    private func entry(at place: Int) -> Entry? {
        let index = entries.firstIndex(notBefore: place) { $0.place }
        return index < entries.count && entries[index].place == place ? entries[index] : nil
    }

    /// What a `Type/id` leads to in one Bundle; nil if nobody there goes by it.
    private func finding(_ name: String, in bundle: Int, base: String?) -> Finding? {
        guard let namesakes = byName[LocalName(bundle: bundle, name: name)] else { return nil }
        guard let base else {
            return namesakes.count == 1 ? .resource(namesakes.place) : .several
        }
        if let found = byURL[base + name] { return .resource(found) }
        // Those on other servers are not who is meant.
        switch namesakes.placelessCount {
        case 0: return .nothing
        case 1: return .resource(namesakes.placelessPlace)
        default: return .several
        }
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
