internal import CareModel

/// Works out what becomes of each value of a document when parts of it are taken out.
struct RedactionPlan {
    let parts: DocumentParts
    /// By the place in the node list; what is within a value that goes may have any fate.
    private(set) var fates: [RedactionFate]
    /// The containers right around a value that does not just stay.
    private(set) var isTouched: [Bool]
    /// The resources that lost a part or a reference, with those around them; no Bundles.
    private var wounded: Set<Int> = []
    /// The new totals of Bundles that lost entries, by the place of the old.
    private(set) var totals: [Int: Int] = [:]

    var tree: JSONTree { parts.tree }

    init(_ parts: DocumentParts) {
        self.parts = parts
        fates = Array(repeating: .kept, count: parts.tree.count)
        isTouched = Array(repeating: false, count: parts.tree.count)
    }

    /// Whether a value goes, by itself or with what is around it.
    var isCovered: [Bool] {
        var isCovered = Array(repeating: false, count: tree.count)
        var end = 0
        for place in 0..<tree.count {
            if place >= end, fates[place].isGone { end = tree.value(place).nodeRange.upperBound }
            isCovered[place] = place < end
        }
        return isCovered
    }

    /// The parts of which something is in the copy.
    var survivors: [Int] {
        let isCovered = isCovered
        return parts.parts.indices.filter { !isCovered[parts.parts[$0].slots[0]] }
    }

    /// Whether no resource goes but those at `places` and what is in them.
    ///
    /// An element may go with a reference or with prose.
    func hasOnlyLost(_ places: [Int]) -> Bool {
        let (places, survivors) = (Set(places), Set(survivors))
        var isMeant: [Bool] = []
        for (place, part) in parts.parts.enumerated() {
            isMeant.append(places.contains(place) || part.container.map { isMeant[$0] } == true)
            let isLost = !survivors.contains(place) && !isMeant[place]
            if part.resource != nil, isLost { return false }
        }
        return true
    }

    /// Takes out the parts at `places`, with the Binaries that hold their text; once for a plan.
    ///
    /// - Returns: all places that are taken out as parts.
    mutating func takeOut(_ places: [Int]) -> [Int] {
        for place in places {
            for slot in parts.parts[place].slots { mark(slot, .forbidden) }
        }
        markSayings { tree, resource in !ProseRules.namesOnly(tree.value(resource)) }
        let binaries = AttachedBinaries(parts).onlyNeeded(byGone: fates)
        for place in binaries {
            for slot in parts.parts[place].slots { mark(slot, .forbidden) }
        }
        markLeading(RemovedNames(parts, isGone: fates.map { $0.isGone }))
        let wounded = wounded
        markSayings { _, resource in wounded.contains(resource) }
        correctTotals()
        vanish()
        return places + binaries
    }

    mutating func mark(_ place: Int, _ fate: RedactionFate) {
        guard !fates[place].isGone else { return }
        fates[place] = fate
        if let parent = tree.parent(of: place) {
            isTouched[parent] = true
            if fate == .forbidden || fate == .leading { wound(parent) }
        }
    }

    /// Lets a value that goes leave null where it stood.
    mutating func keepAsNull(_ place: Int) { fates[place] = .null }

    /// Has the container looked at when what is empty vanishes.
    mutating func touch(_ place: Int) { isTouched[place] = true }

    private mutating func wound(_ place: Int) {
        var place = tree.resource(around: place)
        while let resource = place {
            let isBundle = tree.value(resource)["resourceType"]?.reads("Bundle") == true
            // Those around one that is known are known too.
            if !isBundle, !wounded.insert(resource).inserted { return }
            place = tree.parent(of: resource).flatMap { tree.resource(around: $0) }
        }
    }

    /// A total that counted something else than the entries goes with them.
    private mutating func correctTotals() {
        for place in 0..<tree.count where isTouched[place] && !fates[place].isGone {
            guard tree.name(of: place)?.reads("entry") == true,
                let bundle = tree.parent(of: place), tree.isResource(bundle),
                tree.value(bundle)["resourceType"]?.reads("Bundle") == true,
                let total = tree.value(bundle)["total"]
            else { continue }
            let entries = tree.children(of: place)
            let left = entries.count { !fates[$0].isGone }
            guard left < entries.count else { continue }
            if total.numberText == String(entries.count) {
                totals[total.index] = left
            } else {
                mark(total.index, .saying)
            }
        }
    }

    /// Calls `body` with each value that is not within one that goes, names of members left out.
    private func forEachKept(_ body: (Int, inout Int) -> Void) {
        var next = 0
        while next < tree.count {
            let place = next
            next += 1
            if tree.isName(place) { continue }
            if fates[place].isGone {
                next = tree.value(place).nodeRange.upperBound
            } else {
                body(place, &next)
            }
        }
    }

    /// Marks narratives and what was said of the whole document; in wounded resources prose too.
    private mutating func markSayings(in isSpoken: (JSONTree, Int) -> Bool) {
        var found: [Int] = []
        // The innermost resource at each depth, with whether its narratives go.
        var open: [(end: Int, resource: Int, isSpoken: Bool, isWounded: Bool)] = []
        forEachKept { place, next in
            while let last = open.last, last.end <= place { open.removeLast() }
            if tree.isResource(place) {
                open.append(
                    (
                        tree.value(place).nodeRange.upperBound, place, isSpoken(tree, place),
                        wounded.contains(place)
                    ))
                return
            }
            guard let here = open.last else { return }
            let value = tree.value(place)
            guard let name = tree.name(of: place) else {
                // An element of an array.
                guard here.isWounded, ProseRules.isWordsOnly(tree.elementName(of: place), value)
                else { return }
                found.append(place)
                next = value.nodeRange.upperBound
                return
            }
            let goes =
                ProseRules.isSignature(name, value)
                || here.isSpoken && ProseRules.isNarrative(name, value)
                || here.isWounded && isProse(name, place)
                || ProseRules.isAttestation(name)
                    && tree.value(here.resource)["resourceType"]?.reads("Composition") == true
            guard goes else { return }
            found.append(place)
            next = value.nodeRange.upperBound
        }
        for place in found { mark(place, .saying) }
    }

    /// Whether a member may repeat what its resource no longer refers to.
    private func isProse(_ name: JSONValue, _ place: Int) -> Bool {
        let value = tree.value(place)
        return ProseRules.isProse(name, value) || ProseRules.isWordsOnly(name, value)
            || ProseRules.isData(name, in: tree, at: place)
            || ProseRules.isAttachmentTitle(name, in: tree, at: place)
    }

    /// Marks what leads to something that goes.
    private mutating func markLeading(_ names: RemovedNames) {
        var found: [Int] = []
        forEachKept { place, next in
            let node = tree.document.nodes[place]
            if node.kind == .object, node.flags & JSONDocument.Flag.hasIdentifier != 0,
                !tree.isResource(place), names.identifies(tree.value(place))
            {
                found.append(place)
                next = Int(node.next)
            }
            guard node.kind == .string, let goes = target(of: place, names) else { return }
            found.append(goes)
        }
        for place in found { mark(place, .leading) }
    }

    /// What goes because the string at `place` leads to something that does; nil if it does not.
    private func target(of place: Int, _ names: RemovedNames) -> Int? {
        guard let parent = tree.parent(of: place) else { return nil }
        let name = tree.name(of: place)
        let isReference = name?.reads("reference") == true
        guard names.isLedTo(tree.value(place), at: place, isReference: isReference) else {
            return nil
        }
        if let name, name.reads("resourceType") || name.reads("id") || name.reads("fullUrl") {
            return nil
        }
        let standsForObject = isReference || name?.reads("url") == true
        let isFree = tree.parent(of: parent) != nil && !tree.isResource(parent)
        return standsForObject && isFree ? parent : place
    }
}
