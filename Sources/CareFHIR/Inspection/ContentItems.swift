internal import CareModel

/// Describes the parts of a document for consent rules.
struct ContentItems {
    let parts: DocumentParts
    let extractor: ContentExtractor
    let labels: SensitivityTable?
    let needs: EntryNeeds

    /// One item for each part, in their order.
    func list() -> [ContentItem] {
        var items: [ContentItem] = []
        items.reserveCapacity(parts.parts.count)
        for part in parts.parts { items.append(item(of: part, after: items)) }
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
        var open: [(range: Range<Int>, part: Int)] = []
        var stretches = parts.stretches[...]
        for (place, node) in parts.tree.document.nodes.enumerated() where node.kind == .object {
            while let next = stretches.first, next.range.lowerBound <= place {
                open.append(next)
                stretches = stretches.dropFirst()
            }
            // Stretches nest, so those that have ended are found from the end.
            open.removeAll { $0.range.upperBound <= place }
            guard let owner = open.last?.part else { continue }
            let value = parts.tree.value(place)
            guard let code = value["code"]?.string, let system = value["system"]?.string else {
                continue
            }
            // Of what is coded otherwise, or only in words, the table can tell nothing.
            if table.knows(system: system) { items[owner].resource.wasLabelled = true }
            for label in table.labels(system: system, code: code)
            where !items[owner].resource.securityLabels.contains(label) {
                items[owner].resource.securityLabels.append(label)
            }
        }
    }
}
