internal import CareModel

/// Finds the security labels that stand inside elements (HL7 FHIR DS4P, inline security labels).
struct InlineLabels {
    /// Is an element that carries labels.
    struct Element {
        /// The values that are taken out with it: an object, or a primitive and its `_` sibling.
        var slots: [Int]
        var labels: [Coding]
    }

    /// The labelled elements in no particular order.
    private(set) var elements: [Element] = []
    /// Labels that are about whole resources, or entries, by the object that carries them.
    private(set) var ofObjects: [Int: [Coding]] = [:]

    private var known: [Int: Int] = [:]
    private var members: [Int: [Substring: Int]] = [:]
    private var children: [Int: [Int]] = [:]
    /// Parts of arrays of `_` siblings, by place.
    private var ordinals: [Int: [Int: Int]] = [:]

    private static let url: StaticString =
        "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label"

    /// Looks through the document.
    ///
    /// - Parameter units: objects that are taken out as a whole although they are no resources.
    init(_ tree: JSONTree, units: Set<Int>) {
        for (place, node) in tree.document.nodes.enumerated() {
            guard node.kind == .string, Self.isLabelURL(tree, place, node),
                let owner = Self.owner(of: place, in: tree)
            else { continue }
            let coding = tree.parent(of: place).flatMap { Self.coding(tree.value($0)) }
            // A label that cannot be read counts as the highest.
            add(coding ?? .confidentiality(""), to: owner, in: tree, units: units)
        }
    }

    private static func isLabelURL(
        _ tree: JSONTree, _ place: Int, _ node: JSONDocument.Node
    ) -> Bool {
        guard Int(node.end) - Int(node.start) >= url.utf8CodeUnitCount, !tree.isName(place),
            tree.name(of: place)?.reads("url") == true
        else { return false }
        let value = tree.value(place)
        return value.reads(url) || node.flags != 0 && value.string == url.description
    }

    private static func coding(_ label: JSONValue) -> Coding? {
        guard let value = label["valueCoding"], let code = value["code"]?.string,
            !code.isEmpty
        else { return nil }
        return Coding(system: CodeSystem.canonical(value["system"]?.string ?? ""), code: code)
    }

    /// The object whose extension has the URL at `place`.
    private static func owner(of place: Int, in tree: JSONTree) -> Int? {
        guard let label = tree.parent(of: place), let list = tree.parent(of: label),
            let name = tree.elementName(of: label),
            name.reads("extension") || name.reads("modifierExtension")
        else { return nil }
        return tree.value(list).isArray ? tree.parent(of: list) : list
    }

    private mutating func add(
        _ label: Coding, to owner: Int, in tree: JSONTree, units: Set<Int>
    ) {
        if let whole = wholeObject(for: owner, in: tree, units: units) {
            ofObjects[whole, default: []].append(label)
        } else if let element = known[owner] {
            elements[element].labels.append(label)
        } else {
            known[owner] = elements.count
            elements.append(Element(slots: slots(of: owner, in: tree), labels: [label]))
        }
    }

    /// The resource or entry that a label of `owner` is about, if it is not about an element.
    ///
    /// Its metadata and its names cannot be taken out alone.
    private func wholeObject(for owner: Int, in tree: JSONTree, units: Set<Int>) -> Int? {
        if tree.isResource(owner) || units.contains(owner) { return owner }
        var place = owner
        while let parent = tree.parent(of: place) {
            if tree.isResource(parent) {
                return Self.isStructural(tree.elementName(of: place)) ? parent : nil
            }
            if units.contains(parent) {
                return tree.name(of: place)?.reads("_fullUrl") == true ? parent : nil
            }
            // An element of an array stands for its array.
            place = parent
        }
        return nil
    }

    private static func isStructural(_ name: JSONValue?) -> Bool {
        guard let name else { return false }
        return name.reads("meta") || name.reads("_id") || name.reads("_resourceType")
            || name.reads("implicitRules") || name.reads("_implicitRules")
    }

    private mutating func slots(of owner: Int, in tree: JSONTree) -> [Int] {
        guard let name = tree.elementName(of: owner), name.begins(with: "_"),
            let parent = tree.parent(of: owner), let plain = name.string?.dropFirst()
        else { return [owner] }
        guard tree.value(parent).isArray else {
            let sibling = member(plain, of: parent, in: tree)
            return sibling.map { [min($0, owner), max($0, owner)] } ?? [owner]
        }
        guard let object = tree.parent(of: parent),
            let array = member(plain, of: object, in: tree), tree.value(array).isArray
        else { return [owner] }
        let siblings = elements(of: array, in: tree)
        guard let ordinal = ordinal(of: owner, in: parent, tree), ordinal < siblings.count else {
            return [owner]
        }
        return [min(siblings[ordinal], owner), max(siblings[ordinal], owner)]
    }

    private mutating func member(
        _ name: Substring, of object: Int, in tree: JSONTree
    ) -> Int? {
        if members[object] == nil { members[object] = tree.membersByName(of: object) }
        return members[object]?[name]
    }

    private mutating func elements(of array: Int, in tree: JSONTree) -> [Int] {
        if let known = children[array] { return known }
        let found = tree.children(of: array)
        children[array] = found
        return found
    }

    private mutating func ordinal(of place: Int, in array: Int, _ tree: JSONTree) -> Int? {
        if ordinals[array] == nil {
            let places = tree.children(of: array).enumerated()
            ordinals[array] = Dictionary(uniqueKeysWithValues: places.map { ($1, $0) })
        }
        return ordinals[array]?[place]
    }
}
