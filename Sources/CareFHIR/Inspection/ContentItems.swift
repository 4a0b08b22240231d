internal import CareModel

/// Describes the parts of a document for consent rules.
struct ContentItems {
    let parts: DocumentParts
    let extractor: ContentExtractor
    let labels: SensitivityTable?
    let needs: EntryNeeds

    /// How many labels the parts of a document may have together, those taken over included.
    private static let labelCount = 100_000

    /// One item for each part, in their order.
    ///
    /// - Throws: `too-large` if the parts have more labels than can be looked through.
    func list() throws(InspectionError) -> [ContentItem] {
        var items: [ContentItem] = []
        items.reserveCapacity(parts.parts.count)
        for part in parts.parts { items.append(item(of: part, after: items)) }
        let labelCount = items.reduce(0) { $0 + $1.resource.securityLabels.count }
        guard labelCount <= Self.labelCount else {
            throw InspectionError(
                .tooLarge, "The document has more security labels than the limit. Send fewer.")
        }
        // Labels of the table come last: what a part contains takes on only labels that were given.
        if let labels { add(labels, to: &items) }
        return items
    }

    private func item(of part: DocumentParts.Part, after items: [ContentItem]) -> ContentItem {
        let outer = part.container.map { items[$0].resource }
        guard let place = part.resource else {
            var resource = outer ?? ContentResource(type: "Bundle")
            resource.securityLabels = part.inlineLabels
            return ContentItem(resource: resource, container: part.container)
        }
        let unit = parts.tree.value(part.slots[0])
        let fullURL = part.slots[0] == place ? nil : unit["fullUrl"]?.string
        var resource = extractor.ownContent(of: parts.tree.value(place), fullURL: fullURL)
        resource.securityLabels += part.inlineLabels
        let isContained = parts.tree.elementName(of: place)?.reads("contained") == true
        if isContained, resource.securityLabels.isEmpty {
            // R4 dom-5: a contained resource has no labels; those around it are its own.
            resource.securityLabels = outer?.securityLabels ?? []
        }
        return ContentItem(
            resource: resource, container: part.container, need: needs.need(ofResource: place))
    }

    /// Adds what the table says of the codings in each part, without those in parts within it.
    private func add(_ table: SensitivityTable, to items: inout [ContentItem]) {
        let slots = Set(parts.parts.flatMap { $0.slots })
        let subjects = CodedSubjects(tree: parts.tree, table: table, slots: slots)
        var weights = Array(repeating: CodedSubjects.Weight(), count: items.count)
        // A part may come with any number of labels; those are looked through once.
        var known: [Int: Set<Coding>] = [:]
        forEachOwnObject { place, owner in
            subjects.weigh(place, into: &weights[owner])
            let value = parts.tree.value(place)
            guard let code = value["code"]?.string, let system = value["system"]?.string else {
                return
            }
            for label in table.labels(system: system, code: code) {
                let isNew = known[owner, default: Set(items[owner].resource.securityLabels)]
                    .insert(label).inserted
                if isNew { items[owner].resource.securityLabels.append(label) }
            }
        }
        // Of what is coded otherwise, or only in words, the table can tell nothing.
        for (place, weight) in weights.enumerated() {
            items[place].resource.wasLabelled = weight.isKnown
        }
    }

    /// Calls `body` with every object and the innermost part it belongs to.
    private func forEachOwnObject(_ body: (_ place: Int, _ owner: Int) -> Void) {
        var open: [(range: Range<Int>, part: Int)] = []
        var stretches = parts.stretches[...]
        for (place, node) in parts.tree.document.nodes.enumerated() where node.kind == .object {
            while let next = stretches.first, next.range.lowerBound <= place {
                open.append(next)
                stretches = stretches.dropFirst()
            }
            // Stretches nest, so those that have ended are found from the end.
            while let last = open.last, last.range.upperBound <= place { open.removeLast() }
            if let owner = open.last?.part { body(place, owner) }
        }
    }
}
