extension RedactionPlan {
    /// Lets what is left behind empty, or means nothing any more, vanish from the inside out.
    mutating func vanish() {
        for place in stride(from: tree.count - 1, through: 0, by: -1)
        where isTouched[place] && !fates[place].isGone {
            let value = tree.value(place)
            if value.isObject {
                keepInStep(place)
                vanishObject(place)
            } else {
                // An array of `_` siblings is left to its object, which knows the other array.
                if let parent = tree.parent(of: place) { touch(parent) }
                if tree.name(of: place)?.begins(with: "_") != true { vanishIfEmpty(place) }
            }
        }
    }

    /// Marks a container of which nothing stays.
    private mutating func vanishIfEmpty(_ place: Int) {
        let fates = tree.children(of: place).map { self.fates[$0] }
        guard !fates.isEmpty, fates.allSatisfy({ $0 != .kept }) else { return }
        mark(place, Self.cause(of: fates))
    }

    private static func cause(of fates: [RedactionFate]) -> RedactionFate {
        if fates.contains(.leading) { return .leading }
        return fates.contains(.forbidden) ? .forbidden : .saying
    }

    private mutating func vanishObject(_ place: Int) {
        guard place > 0, !tree.isResource(place) else { return }
        dropNames(of: place)
        vanishIfEmpty(place)
        guard !fates[place].isGone else { return }
        let children = tree.children(of: place)
        let gone = children.filter { fates[$0].isGone }
        // What is around a resource that stays does not go for its links.
        let isUnit = children.contains { tree.isResource($0) && !fates[$0].isGone }
        guard !gone.isEmpty, !isUnit else { return }
        let isExtension =
            tree.elementName(of: place)
            .map { $0.reads("extension") || $0.reads("modifierExtension") } ?? false
        let lacks = gone.contains { child in
            guard let name = tree.name(of: child) else { return false }
            if isExtension { return name.begins(with: "value") || name.reads("extension") }
            return fates[child] == .leading && ProseRules.isWhatMatters(name)
        }
        if lacks || isEmptySection(place) {
            mark(place, Self.cause(of: gone.map { fates[$0] }))
        }
    }

    /// Takes from an object that lost a part the words for it: of a CodeableConcept the text, of a
    /// Coding or Reference the display.
    private mutating func dropNames(of object: Int) {
        let children = tree.children(of: object)
        let hasLost = children.contains { child in
            if fates[child] == .forbidden { return true }
            guard isTouched[child], tree.name(of: child)?.reads("coding") == true else {
                return false
            }
            return tree.children(of: child).contains { fates[$0] == .forbidden }
        }
        guard hasLost else { return }
        for child in children where tree.value(child).kind == .string {
            guard let name = tree.name(of: child), name.reads("text") || name.reads("display")
            else { continue }
            mark(child, .saying)
        }
    }

    /// R4 cmp-1: a section has text, entries or sections; its title alone would tell of them.
    private func isEmptySection(_ place: Int) -> Bool {
        guard tree.elementName(of: place)?.reads("section") == true,
            let resource = tree.resource(around: place),
            tree.value(resource)["resourceType"]?.reads("Composition") == true
        else { return false }
        let section = tree.value(place)
        return [section["text"], section["entry"], section["section"]]
            .allSatisfy { $0.map { fates[$0.index].isGone } ?? true }
    }

    /// Keeps primitives and their `_` siblings together.
    private mutating func keepInStep(_ object: Int) {
        let children = tree.children(of: object)
        let siblings = children.filter { tree.name(of: $0)?.begins(with: "_") == true }
        let isAny = children.contains { fates[$0] != .kept || isTouched[$0] }
        guard !siblings.isEmpty, isAny else { return }
        let members = tree.membersByName(of: object)
        for sibling in siblings {
            guard let name = tree.name(of: sibling)?.string else { continue }
            let value = members[name.dropFirst()]
            if let value, fates[value].isGone {
                mark(sibling, fates[value])
            } else if tree.value(sibling).isArray {
                keepInStep(value, sibling)
            }
        }
    }

    /// Keeps two arrays of equal length so: elements go together, or leave null.
    private mutating func keepInStep(_ value: Int?, _ sibling: Int) {
        let values = value.map { tree.children(of: $0) } ?? []
        let extensions = tree.children(of: sibling)
        for (ordinal, place) in extensions.enumerated() where ordinal < values.count {
            if fates[values[ordinal]].isGone {
                mark(place, fates[values[ordinal]])
            } else if fates[place].isGone {
                guard tree.value(values[ordinal]).isNull else {
                    keepAsNull(place)
                    continue
                }
                mark(values[ordinal], fates[place])
            }
        }
        if let value, isTouched[value] { vanishIfEmpty(value) }
        if let value, fates[value].isGone { mark(sibling, fates[value]) }
        guard !fates[sibling].isGone, isTouched[sibling] else { return }
        let isEmpty = extensions.allSatisfy { fates[$0] != .kept || tree.value($0).isNull }
        if isEmpty { mark(sibling, .saying) }
    }
}
