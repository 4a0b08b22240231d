internal import CareModel

/// Lists the parts of a document that a rule may take out, in the order of the document.
///
/// What inspection describes and what redaction takes out is this one list, so that a place means
/// the same to both.
struct DocumentParts {
    struct Part {
        /// The resource it is; nil for an element.
        let resource: Int?
        /// The values that go with it: an entry with all that is around its resource, a resource,
        /// or an element, which as a primitive has a `_` sibling.
        let slots: [Int]
        /// The part around it.
        var container: Int?
        /// Labels that stand inside, not in the resource's metadata.
        let inlineLabels: [Coding]
    }

    let tree: JSONTree
    private(set) var parts: [Part]
    /// Which part a value belongs to: nested stretches of the node list, by where they begin.
    let stretches: [(range: Range<Int>, part: Int)]

    /// The parts of a document.
    ///
    /// - Throws: `too-large` if there are more than `limits` allow.
    init(_ tree: JSONTree, limits: InspectionLimits) throws(InspectionError) {
        self.init(tree)
        guard parts.count <= limits.partCount else { throw .tooManyParts }
    }

    init(_ tree: JSONTree) {
        let resources = Self.resourceUnits(tree)
        let inline = InlineLabels(tree, units: Set(resources.map { $0.unit }))
        var parts = resources.map { resource, unit in
            var labels = inline.ofObjects[resource] ?? []
            if unit != resource { labels += inline.ofObjects[unit] ?? [] }
            return Part(
                resource: resource, slots: [unit], container: nil, inlineLabels: labels)
        }
        parts += inline.elements.map {
            Part(resource: nil, slots: $0.slots, container: nil, inlineLabels: $0.labels)
        }
        parts.sort { $0.slots[0] < $1.slots[0] }
        self.tree = tree
        stretches = parts.enumerated()
            .flatMap { place, part in part.slots.map { (tree.value($0).nodeRange, place) } }
            .sorted { $0.0.lowerBound < $1.0.lowerBound }
        self.parts = parts
        nest()
    }

    /// The resources with the objects that go with them; the outer Bundle is not a part.
    private static func resourceUnits(_ tree: JSONTree) -> [(resource: Int, unit: Int)] {
        var units: [(resource: Int, unit: Int)] = []
        for place in tree.resources {
            if place == 0, tree.value(0)["resourceType"]?.reads("Bundle") == true { continue }
            guard let parent = tree.parent(of: place), !tree.isResource(parent),
                tree.name(of: place)?.reads("resource") == true
            else {
                units.append((place, place))
                continue
            }
            units.append((place, parent))
        }
        return units
    }

    private mutating func nest() {
        var open: [(range: Range<Int>, part: Int)] = []
        for stretch in stretches {
            while let last = open.last, last.range.upperBound <= stretch.range.lowerBound {
                open.removeLast()
            }
            if let outer = open.last, stretch.range.lowerBound == parts[stretch.part].slots[0] {
                parts[stretch.part].container = outer.part
            }
            open.append(stretch)
        }
    }
}

extension InspectionError {
    /// A document has more parts than the limit.
    static let tooManyParts = InspectionError(
        .tooLarge,
        "The document holds more resources and labelled elements than the limit. "
            + "Send fewer at a time.")
}
