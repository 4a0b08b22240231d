internal import CareModel

/// Knows what `Type/id` leads to, wherever in a document it is said.
struct LocalNames {
    /// Is a name in one Bundle.
    struct Name: Hashable {
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
    /// In the order of the document.
    private let entries: [BundleEntry]
    /// Where each entry's server is; nil for those on none.
    private var bases: [String?] = []
    private var byName: [Name: Namesakes] = [:]
    /// One of those who go by a `Type/id` anywhere.
    private var anywhere: [String: Int] = [:]

    /// Names the entries of all Bundles, which stand in the order of the document.
    init(_ tree: JSONTree, _ entries: [BundleEntry]) {
        self.tree = tree
        self.entries = entries
        for entry in entries { add(entry) }
    }

    private mutating func add(_ entry: BundleEntry) {
        let base = entry.url.flatMap { ReferenceText.base(of: $0) }.map { String($0) }
        bases.append(base)
        let own = tree.value(entry.place).resourceName
        if let own { add(own, of: entry, isPlaceless: base == nil) }
        guard base != nil, let tail = entry.url.map({ String(ReferenceText.tail(of: $0)) }),
            tail != own
        else { return }
        add(tail, of: entry, isPlaceless: false)
    }

    private mutating func add(_ name: String, of entry: BundleEntry, isPlaceless: Bool) {
        var namesakes = byName[Name(bundle: entry.bundle, name: name), default: Namesakes()]
        namesakes.count += 1
        namesakes.place = entry.place
        if isPlaceless {
            namesakes.placelessCount += 1
            namesakes.placelessPlace = entry.place
        }
        byName[Name(bundle: entry.bundle, name: name)] = namesakes
        anywhere[name] = entry.place
    }

    /// What `reference`, without its version and neither absolute nor a fragment, leads to from the
    /// value at `place`.
    ///
    /// - Parameter named: gives the entry of a full URL.
    func finding(
        _ reference: String, from place: Int, named: (String) -> Int?
    ) -> EntryNames.Finding {
        guard let last = anywhere[reference] else { return .nothing }
        var base: String?
        var next = tree.resource(around: place)
        while let resource = next {
            next = tree.parent(of: resource).flatMap { tree.resource(around: $0) }
            // What is right in a Bundle, such as who signed it, is on no server.
            if let found = finding(reference, in: resource, base: nil, named) { return found }
            guard let index = entries.index(ofEntryAt: resource) else { continue }
            base = base ?? bases[index]
            let bundle = entries[index].bundle
            if let found = finding(reference, in: bundle, base: bases[index], named) {
                return found
            }
        }
        // A Bundle within has it.
        guard let base else { return .resource(last) }
        if let found = named(base + reference) { return .resource(found) }
        let isPlaceless = entries.index(ofEntryAt: last).map { bases[$0] == nil } ?? true
        return isPlaceless ? .resource(last) : .nothing
    }

    /// What a `Type/id` leads to in one Bundle; nil if nobody there goes by it.
    private func finding(
        _ name: String, in bundle: Int, base: String?, _ named: (String) -> Int?
    ) -> EntryNames.Finding? {
        guard let namesakes = byName[Name(bundle: bundle, name: name)] else { return nil }
        guard let base else {
            return namesakes.count == 1 ? .resource(namesakes.place) : .several
        }
        if let found = named(base + name) { return .resource(found) }
        // Those on other servers are not who is meant.
        switch namesakes.placelessCount {
        case 0: return .nothing
        case 1: return .resource(namesakes.placelessPlace)
        default: return .several
        }
    }
}
