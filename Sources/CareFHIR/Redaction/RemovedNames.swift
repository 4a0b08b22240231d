internal import CareModel

/// Knows by which names the rest of a document may lead to the resources that go.
///
/// A name that a resource which stays has too leads there, and stays.
struct RemovedNames {
    /// Full and canonical URLs, and `Type/id`.
    private var names: Set<String> = []
    /// Whether one of them has that many bytes.
    private var lengths: [Bool] = []
    /// What conditional references search by: `Type?value`.
    private var searches: Set<String> = []
    private var identifiers: Set<BusinessIdentifier> = []
    /// Ids of what entries contain, by the outermost part around them.
    private var fragments: [Int: Set<String>] = [:]
    /// Where the outermost parts stand.
    private var outermost: [Range<Int>] = []

    init(_ parts: DocumentParts, isGone: [Bool]) {
        outermost = parts.stretches.filter { parts.parts[$0.part].container == nil }
            .map { $0.range }
        var (going, staying) = (Names(), Names())
        var end = 0
        for place in 0..<parts.tree.count {
            // Names of members share the list, but are never marked.
            if place >= end, isGone[place] { end = parts.tree.value(place).nodeRange.upperBound }
            guard parts.tree.isResource(place) else { continue }
            let scope = scope(of: place)
            if place < end {
                going.add(parts.tree, place, scope: scope)
            } else {
                staying.add(parts.tree, place, scope: scope)
            }
        }
        names = going.names.subtracting(staying.names)
        lengths = Array(repeating: false, count: (names.map { $0.utf8.count }.max() ?? 0) + 1)
        for name in names { lengths[name.utf8.count] = true }
        searches = going.searches.subtracting(staying.searches)
        identifiers = going.identifiers.subtracting(staying.identifiers)
        for (scope, ids) in going.fragments {
            fragments[scope] = ids.subtracting(staying.fragments[scope] ?? [])
        }
    }

    /// Where the outermost part around a value begins; -1 outside of all.
    private func scope(of place: Int) -> Int {
        var (low, high) = (0, outermost.count)
        while low < high {
            let middle = (low + high) / 2
            if outermost[middle].upperBound <= place { low = middle + 1 } else { high = middle }
        }
        guard low < outermost.count, outermost[low].contains(place) else { return -1 }
        return outermost[low].lowerBound
    }

    /// Whether a Reference names by identifier something that goes.
    func identifies(_ reference: JSONValue) -> Bool {
        guard !identifiers.isEmpty,
            let identifier = reference["identifier"]?.businessIdentifier
        else { return false }
        return identifiers.contains(identifier)
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
            if fragments[scope(of: place)]?.contains(id) == true { return true }
        }
        if isReference, isName(text[...]) { return true }
        return holdsName(text) || isSearch(text)
    }

    private func isName(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        // Most texts have another length than all names, which is known without a look at them.
        guard text.count < lengths.count, lengths[text.count] else { return false }
        return names.contains(Names.key(String(decoding: text, as: UTF8.self)))
    }

    /// Whether one of the words of a text is a name, or a URL with `Type/id` in it.
    private func holdsName(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var word = Word(start: 0)
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
                word = Word(start: position + 1)
            default: continue
            }
        }
        return isName(text, word, end: text.count) || isName(text[...]) && text.contains(0x2F)
    }

    /// Is the word that is being read: where it begins, and its last two slashes.
    private struct Word {
        let start: Int
        var slashes: (beforeLast: Int?, last: Int?) = (nil, nil)
        /// Whether it has what every name has that stands in a text.
        var hasMark = false
    }

    private func isName(
        _ text: UnsafeBufferPointer<UInt8>, _ word: Word, end: Int
    ) -> Bool {
        guard word.hasMark, word.start < end else { return false }
        if isName(text[word.start..<end]) || isSegmentPair(text, word, end: end) { return true }
        // The full stop of a sentence, or a colon, may follow.
        guard text[end - 1] == UInt8(ascii: ".") || text[end - 1] == UInt8(ascii: ":") else {
            return false
        }
        return isName(text, word, end: end - 1)
    }

    /// Whether the last two segments up to `end` are `Type/id`; versions and operations follow.
    private func isSegmentPair(
        _ text: UnsafeBufferPointer<UInt8>, _ word: Word, end: Int
    ) -> Bool {
        guard let last = word.slashes.last else { return false }
        let start = word.slashes.beforeLast.map { $0 + 1 } ?? word.start
        guard start < last, (0x41...0x5A).contains(text[start]) else { return false }
        return isName(text[start..<end])
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
    var names: Set<String> = []
    var searches: Set<String> = []
    var identifiers: Set<BusinessIdentifier> = []
    var fragments: [Int: Set<String>] = [:]

    /// The form in which a name is compared: UUIDs are the same in capitals (RFC 9562).
    static func key(_ name: String) -> String {
        let head = name.utf8.prefix(4)
        guard head.elementsEqual("urn:".utf8, by: { $0 | 0x20 == $1 }) else { return name }
        let lower = name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return String(decoding: lower, as: UTF8.self)
    }

    mutating func add(_ tree: JSONTree, _ place: Int, scope: Int) {
        let resource = tree.value(place)
        let type = resource["resourceType"]?.string ?? ""
        if let id = resource["id"]?.string {
            names.insert(type + "/" + id)
            searches.insert(type + "?" + id)
            fragments[scope, default: []].insert(id)
        }
        let entry = tree.parent(of: place).map { tree.value($0) }
        let isEntry = tree.name(of: place)?.reads("resource") == true
        for url in [isEntry ? entry?["fullUrl"] : nil, resource["url"]] {
            guard let url = url?.string, !url.isEmpty else { continue }
            names.insert(Self.key(url))
            let tail = ReferenceText.tail(of: url)
            if tail.hasPrefix(type + "/") { names.insert(String(tail)) }
        }
        for value in resource["identifier"]?.listed ?? [] {
            guard let identifier = value.businessIdentifier else { continue }
            identifiers.insert(identifier)
            searches.insert(type + "?" + identifier.value)
        }
    }
}
