internal import CareModel

/// Knows by which names the rest of a document may lead to the resources that go.
///
/// A name that a resource which stays has too is looked up from where it is said; where that does not
/// tell whom it means, it counts as leading to what goes.
struct RemovedNames {
    /// Full and canonical URLs, and `Type/id`.
    private var names: Set<String> = []
    /// Those of them that something has too that stays.
    private var shared: Set<String> = []
    /// The full URLs of what stays.
    private var stayingURLs: Set<String> = []
    /// Whether one of the names has that many bytes.
    private var lengths: [Bool] = []
    /// What conditional references search by: `Type?value`.
    private var searches: Set<String> = []
    private var identifiers: [BusinessIdentifier: Set<String>] = [:]
    /// Ids of what is contained, by what contains it.
    private var fragments: [Int: Set<String>] = [:]
    private let tree: JSONTree
    private let isGone: [Bool]
    private let entries: EntryNames

    init(_ parts: DocumentParts, isGone: [Bool]) {
        tree = parts.tree
        self.isGone = isGone
        entries = EntryNames(parts.tree)
        var (going, staying) = (Names(), Names())
        var end = 0
        for place in 0..<tree.count {
            // Names of members share the list, but are never marked.
            if place >= end, isGone[place] { end = tree.value(place).nodeRange.upperBound }
            guard tree.isResource(place) else { continue }
            if place < end {
                going.add(tree, place, isNamed: true)
            } else {
                // What is contained goes by no name outside.
                staying.add(tree, place, isNamed: tree.container(around: place) == place)
            }
        }
        stayingURLs = staying.urls
        names = going.names.union(going.urls.subtracting(staying.urls))
        shared = going.names.intersection(staying.names)
        lengths = Array(repeating: false, count: (names.map { $0.utf8.count }.max() ?? 0) + 1)
        for name in names { lengths[name.utf8.count] = true }
        searches = going.searches.subtracting(staying.searchesOfParties)
        identifiers = going.identifiers
        for (identifier, types) in staying.identifiersOfParties {
            // Who stays is meant, unless a type says otherwise.
            identifiers[identifier]?.subtract(types)
            identifiers[identifier]?.remove("")
        }
        fragments = going.fragments
    }

    /// Whether a Reference names by identifier something that goes.
    func identifies(_ reference: JSONValue) -> Bool {
        guard !identifiers.isEmpty,
            let identifier = reference["identifier"]?.businessIdentifier,
            let types = identifiers[identifier]
        else { return false }
        guard let type = reference["type"]?.string else { return types.contains("") }
        return types.contains(String(type.split(separator: "/").last ?? ""))
    }

    /// Whether a `Type/id` leads to something that goes, read at `place`.
    private func isLedTo(_ name: String, at place: Int) -> Bool {
        guard shared.contains(name) else { return true }
        guard case .resource(let found) = entries.finding(name, from: place) else { return true }
        return isWithinGone(found)
    }

    private func isWithinGone(_ place: Int) -> Bool {
        var next: Int? = place
        while let here = next {
            if isGone[here] { return true }
            next = tree.parent(of: here)
        }
        return false
    }

    /// Whether a string is, or holds, the name of something that goes.
    func isLedTo(_ value: JSONValue, at place: Int, isReference: Bool) -> Bool {
        guard !names.isEmpty || !fragments.isEmpty else { return false }
        if value.flags == 0 {
            return value.document.bytes.withUnsafeBufferPointer { bytes in
                let text = UnsafeBufferPointer(rebasing: bytes[value.byteRange])
                return isLedTo(text, at: place, isReference: isReference)
            }
        }
        guard let text = value.string else { return false }
        return Array(text.utf8).withUnsafeBufferPointer {
            isLedTo($0, at: place, isReference: isReference)
        }
    }

    private func isLedTo(
        _ text: UnsafeBufferPointer<UInt8>, at place: Int, isReference: Bool
    ) -> Bool {
        guard let first = text.first else { return false }
        if first == UInt8(ascii: "#") {
            let id = String(decoding: text.dropFirst(), as: UTF8.self)
            let container = tree.container(around: place)
            if container.flatMap({ fragments[$0] })?.contains(id) == true { return true }
        }
        if isReference, isName(text[...], at: place) { return true }
        return holdsName(text, at: place) || isSearch(text)
    }

    private func isName(_ text: Slice<UnsafeBufferPointer<UInt8>>, at place: Int) -> Bool {
        // Most texts have another length than all names, which is known without a look at them.
        guard text.count < lengths.count, lengths[text.count] else { return false }
        let name = ReferenceText.key(of: String(decoding: text, as: UTF8.self))
        return names.contains(name) && isLedTo(name, at: place)
    }

    /// Whether one of the words of a text is a name, or a URL with `Type/id` in it.
    private func holdsName(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        var word = Word(start: 0, place: place)
        for (position, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "/"):
                if isSegmentPair(text, word, end: position) { return true }
                word.slashes = (word.slashes.last, position)
                word.hasMark = true
            case UInt8(ascii: ":"):
                word.hasMark = true
            case _ where Self.isBoundary(byte):
                if isName(text, word, end: position) { return true }
                word = Word(start: position + 1, place: place)
            default: continue
            }
        }
        return isName(text, word, end: text.count)
            || isName(text[...], at: place) && text.contains(0x2F)
    }

    /// Is the word that is being read: where it begins, and its last two slashes.
    private struct Word {
        let start: Int
        /// Where its text stands in the document.
        let place: Int
        var slashes: (beforeLast: Int?, last: Int?) = (nil, nil)
        /// Whether it has what every name has that stands in a text.
        var hasMark = false
    }

    private func isName(
        _ text: UnsafeBufferPointer<UInt8>, _ word: Word, end: Int
    ) -> Bool {
        guard word.hasMark, word.start < end else { return false }
        if isName(text[word.start..<end], at: word.place) || isSegmentPair(text, word, end: end) {
            return true
        }
        // The full stop of a sentence, or a colon, may follow.
        guard text[end - 1] == UInt8(ascii: ".") || text[end - 1] == UInt8(ascii: ":") else {
            return false
        }
        return isName(text, word, end: end - 1)
    }

    /// Whether the last two segments up to `end` are `Type/id`; versions and operations follow.
    ///
    /// On a server they mean what has that full URL, if it is in the document.
    private func isSegmentPair(
        _ text: UnsafeBufferPointer<UInt8>, _ word: Word, end: Int
    ) -> Bool {
        guard let last = word.slashes.last else { return false }
        let start = word.slashes.beforeLast.map { $0 + 1 } ?? word.start
        guard start < last, (0x41...0x5A).contains(text[start]) else { return false }
        let pair = text[start..<end]
        guard pair.count < lengths.count, lengths[pair.count] else { return false }
        let name = String(decoding: pair, as: UTF8.self)
        guard names.contains(name) else { return false }
        let url = String(decoding: text[word.start..<end], as: UTF8.self)
        guard ReferenceText.isAbsolute(url) else { return isLedTo(name, at: word.place) }
        return !stayingURLs.contains(url)
    }

    private static func isBoundary(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","),
            UInt8(ascii: ";"), UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: "="),
            UInt8(ascii: "|"), UInt8(ascii: "#"):
            true
        default: false
        }
    }

    /// Whether a conditional reference or a search, `Type?name=value`, finds something that goes.
    private func isSearch(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !searches.isEmpty, let query = text.firstIndex(of: UInt8(ascii: "?")) else {
            return false
        }
        let head = text[..<query]
        let slash = head.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? head.startIndex
        let type = String(decoding: head[slash...], as: UTF8.self)
        return text[(query + 1)...].split(whereSeparator: Self.isBoundary).contains {
            searches.contains(type + "?" + String(decoding: $0, as: UTF8.self))
        }
    }
}

/// Gathers the names of resources.
private struct Names {
    /// `Type/id`.
    var names: Set<String> = []
    /// Full and canonical URLs.
    var urls: Set<String> = []
    var searches: Set<String> = []
    /// Those of resources that say only who and where: others with the same are the same.
    var searchesOfParties: Set<String> = []
    /// With the types of those who have them, and an empty one.
    var identifiers: [BusinessIdentifier: Set<String>] = [:]
    var identifiersOfParties: [BusinessIdentifier: Set<String>] = [:]
    var fragments: [Int: Set<String>] = [:]

    mutating func add(_ tree: JSONTree, _ place: Int, isNamed: Bool) {
        let resource = tree.value(place)
        let type = resource["resourceType"]?.string ?? ""
        let isParty = ProseRules.namesOnly(resource)
        var values: [String] = []
        if let id = resource["id"]?.string {
            values.append(id)
            if isNamed { names.insert(type + "/" + id) }
            if let container = tree.container(around: place), container != place {
                fragments[container, default: []].insert(id)
            }
        }
        if isNamed { addURLs(tree, place, type: type) }
        for value in resource["identifier"]?.listed ?? [] {
            guard let identifier = value.businessIdentifier else { continue }
            values.append(identifier.value)
            identifiers[identifier, default: []].formUnion([type, ""])
            if isParty { identifiersOfParties[identifier, default: []].insert(type) }
        }
        for value in values { searches.insert(type + "?" + value) }
        if isParty { searchesOfParties.formUnion(values.map { type + "?" + $0 }) }
    }

    private mutating func addURLs(_ tree: JSONTree, _ place: Int, type: String) {
        let isEntry = tree.name(of: place)?.reads("resource") == true
        let canonical = tree.value(place)["url"]?.string
        for url in [isEntry ? tree.fullURL(ofEntry: place) : nil, canonical] {
            guard let url, !url.isEmpty else { continue }
            urls.insert(ReferenceText.key(of: url))
            let tail = ReferenceText.tail(of: url)
            if tail.hasPrefix(type + "/") { names.insert(String(tail)) }
        }
    }
}
