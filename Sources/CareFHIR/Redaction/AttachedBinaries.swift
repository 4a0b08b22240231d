internal import CareModel

/// Finds Binaries that are the text of what goes: only that refers to them.
///
/// A Binary without `securityContext` does not say itself what it belongs to.
struct AttachedBinaries {
    let parts: DocumentParts
    /// Which Binaries go by a name; other servers and bundles within may repeat one.
    private var named: [String: [Int]] = [:]
    private let entries: EntryNames
    private var tree: JSONTree { parts.tree }

    init(_ parts: DocumentParts) {
        self.parts = parts
        entries = EntryNames(parts.tree)
        for (place, part) in parts.parts.enumerated() {
            guard let resource = part.resource, part.slots[0] != resource else { continue }
            let value = parts.tree.value(resource)
            guard value["resourceType"]?.reads("Binary") == true else { continue }
            let unit = parts.tree.value(part.slots[0])
            let own = value["id"]?.string.map { "Binary/" + $0 }
            for name in Set([own, unit["fullUrl"]?.string].compactMap { $0 }) {
                named[ReferenceText.key(of: name), default: []].append(place)
                // References may be relative to the server of the full URL.
                let tail = String(ReferenceText.tail(of: name))
                if tail != name { named[tail, default: []].append(place) }
            }
        }
    }

    /// The places of the Binaries that something refers to, but nothing that stays.
    func onlyNeeded(byGone fates: [RedactionFate]) -> [Int] {
        guard !named.isEmpty else { return [] }
        var goners: Set<Int> = []
        var needed: Set<Int> = []
        var (end, fate) = (0, RedactionFate.kept)
        for place in 0..<tree.count where !tree.isName(place) {
            if place >= end {
                fate = fates[place]
                if fate.isGone { end = tree.value(place).nodeRange.upperBound }
            }
            guard tree.document.nodes[place].kind == .string, fate == .forbidden || !fate.isGone,
                let text = tree.value(place).string
            else { continue }
            for name in names(in: text) {
                let others = (named[name] ?? []).filter { !isWithin(place, part: $0) }
                if fate == .forbidden {
                    goners.formUnion(others)
                } else {
                    needed.formUnion(others.count > 1 ? meant(others, by: name, place) : others)
                }
            }
        }
        let candidates = goners.subtracting(needed)
        return candidates.filter { !fates[parts.parts[$0].slots[0]].isGone }.sorted()
    }

    /// Which of several Binaries of one name is meant; one that need not be meant is not needed.
    private func meant(_ binaries: [Int], by name: String, _ place: Int) -> [Int] {
        guard case .resource(let found) = entries.finding(name, from: place) else { return [] }
        return binaries.filter { parts.parts[$0].resource == found }
    }

    private func isWithin(_ place: Int, part: Int) -> Bool {
        tree.value(parts.parts[part].slots[0]).nodeRange.contains(place)
    }

    /// Whatever in a text may be the name of a Binary.
    private func names(in text: String) -> Set<String> {
        var names: Set<String> = [ReferenceText.key(of: text)]
        var isSearch = false
        for word in text.utf8.split(whereSeparator: Self.isBoundary) {
            guard let word = String(word) else { continue }
            if isSearch { names.insert("Binary/" + word) }
            if word == "Binary" || word.hasSuffix("/Binary") { isSearch = true }
            guard word.utf8.contains(0x2F) || word.utf8.contains(0x3A) else { continue }
            let name = ReferenceText.key(of: JSONValue.withoutVersion(word))
            names.insert(name)
            // A full URL of the document means that entry and no other of its type and id.
            if ReferenceText.isAbsolute(name), named[name] != nil { continue }
            let segments = word.utf8.split(separator: 0x2F).map { String(Substring($0)) }
            for (type, id) in zip(segments, segments.dropFirst()) where type == "Binary" {
                names.insert("Binary/" + id)
            }
        }
        return names
    }

    private static func isBoundary(_ byte: UInt8) -> Bool {
        byte <= 0x20 || "\"'<>()[]{},;?&=|#".utf8.contains(byte)
    }
}
