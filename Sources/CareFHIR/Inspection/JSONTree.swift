/// Knows the way up in a document, which the flat list of nodes does not.
struct JSONTree {
    let document: JSONDocument
    /// For a value the container around it, -1 for the root; for a member name its object, as
    /// `-2 - object`.
    private let parents: [Int32]
    /// The places of all resources, in the order of the document.
    let resources: [Int]

    init(_ document: JSONDocument) {
        self.document = document
        var parents = [Int32](repeating: -1, count: document.nodes.count)
        var resources: [Int] = []
        document.nodes.withUnsafeBufferPointer { nodes in
            for (place, node) in nodes.enumerated() where parents[place] >= -1 {
                let end = Int(node.next)
                switch node.kind {
                case .array:
                    var element = place + 1
                    while element < end {
                        parents[element] = Int32(place)
                        element = Int(nodes[element].next)
                    }
                case .object:
                    if node.flags & JSONDocument.Flag.hasResourceType != 0 {
                        resources.append(place)
                    }
                    var name = place + 1
                    while name < end {
                        parents[name] = -2 - Int32(place)
                        parents[name + 1] = Int32(place)
                        name = Int(nodes[name + 1].next)
                    }
                default: continue
                }
            }
        }
        self.parents = parents
        self.resources = resources
    }

    var count: Int { parents.count }

    func isName(_ place: Int) -> Bool { parents[place] < -1 }

    /// The container around the value at `place`; nil for the root.
    func parent(of place: Int) -> Int? {
        let parent = parents[place]
        return parent >= 0 ? Int(parent) : nil
    }

    func value(_ place: Int) -> JSONValue { JSONValue(document: document, index: place) }

    /// The name of the member whose value stands at `place`; nil for elements and the root.
    func name(of place: Int) -> JSONValue? {
        guard let parent = parent(of: place), document.nodes[parent].kind == .object else {
            return nil
        }
        return value(place - 1)
    }

    /// The name of the member that the value at `place`, or the array it is an element of, is.
    func elementName(of place: Int) -> JSONValue? {
        guard let parent = parent(of: place) else { return nil }
        return document.nodes[parent].kind == .array ? name(of: parent) : value(place - 1)
    }

    /// The places of the values right inside the container at `place`.
    func children(of place: Int) -> [Int] {
        let node = document.nodes[place]
        guard node.kind == .array || node.kind == .object else { return [] }
        let step = node.kind == .object ? 1 : 0
        var children: [Int] = []
        var child = place + 1 + step
        while child < Int(node.next) + step {
            children.append(child)
            child = Int(document.nodes[child].next) + step
        }
        return children
    }

    func isResource(_ place: Int) -> Bool {
        let node = document.nodes[place]
        return node.kind == .object && node.flags & JSONDocument.Flag.hasResourceType != 0
    }

    /// The innermost resource that the value at `place` is part of, itself included.
    func resource(around place: Int) -> Int? {
        var place: Int? = place
        while let here = place {
            if isResource(here) { return here }
            place = parent(of: here)
        }
        return nil
    }

    /// The values of the members of an object by name.
    func membersByName(of object: Int) -> [Substring: Int] {
        var members: [Substring: Int] = [:]
        for child in children(of: object) {
            if let name = value(child - 1).string { members[name[...]] = child }
        }
        return members
    }
}

extension Array {
    /// Where the first element is whose place is not before `place`, in the order of a document.
    func firstIndex(notBefore place: Int, by placeOf: (Element) -> Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if placeOf(self[middle]) < place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
