internal import CareModel

/// Finds the resources of one release by name, and remembers what pointers of rules lead to.
///
/// Names are numbered, so that each is read once and not for every pointer. A class, so that what is
/// found out for one resource serves all of them; it lives no longer than the question.
final class ReleaseIndex {
    /// Is a resource's names and references by their numbers.
    struct Links {
        var references: [Int] = []
        var authors: [Int] = []
        var related: [Int] = []
    }

    /// Is all that comparison needs of what a pointer names.
    final class Target {
        let name: Int
        let type: Substring?
        /// Whether several resources go by it: those of two servers may have the same id.
        fileprivate(set) var isShared = false
        /// All names of it; a bundle may use a temporary one in one place and the resource's own in
        /// another.
        fileprivate(set) var names: Set<Int>
        /// What those names end with that tell a type.
        fileprivate(set) var tails: Set<Int> = []
        /// What it refers to.
        fileprivate(set) var related: Set<Int> = []

        fileprivate init(name: Int, type: Substring?) {
            self.name = name
            self.type = type
            names = [name]
        }
    }

    private var numbers: [String: Int] = [:]
    private var tailNumbers: [Substring: Int] = [:]
    /// By the number of a name: the number of `Type/id` at its end, nil without.
    private var tails: [Int?] = []
    private var isTemporary: [Bool] = []
    private var named: [[Int]] = []
    private var links: [Links] = []
    private var targets: [String: Target] = [:]

    /// - Parameter targets: what the pointers of all rules name; without any, nobody asks for names.
    init(_ content: [ContentResource], for targets: Set<String>) {
        guard !targets.isEmpty else { return }
        links.reserveCapacity(content.count)
        for (place, resource) in content.enumerated() {
            links.append(
                Links(
                    references: resource.references.map { number($0) },
                    authors: resource.authors.map { number($0) },
                    related: resource.related.map { number($0) }))
            for name in Set(links[place].references) { named[name].append(place) }
        }
    }

    private func number(_ name: String) -> Int {
        let name = ReferenceText.key(of: name)
        if let known = numbers[name] { return known }
        let number = tails.count
        numbers[name] = number
        named.append([])
        isTemporary.append(name.hasPrefix("urn:"))
        if ReferenceText.type(of: name) == nil {
            tails.append(nil)
        } else {
            let tail = ReferenceText.tail(of: name)
            let next = tailNumbers.count
            tails.append(tailNumbers[tail, default: next])
            if tails[number] == next { tailNumbers[tail] = next }
        }
        return number
    }

    /// The names and references of the resource at `place`; none if no rule points at anything.
    func links(at place: Int) -> Links {
        links.indices.contains(place) ? links[place] : Links()
    }

    /// What a pointer to `name` leads to.
    func target(_ name: String) -> Target {
        if let known = targets[name] { return known }
        let target = Target(name: number(name), type: ReferenceText.type(of: name))
        target.isShared = named[target.name].count > 1
        for place in named[target.name] {
            target.names.formUnion(links[place].references)
            target.related.formUnion(links[place].related)
        }
        target.tails = Set(target.names.compactMap { tails[$0] })
        targets[name] = target
        return target
    }

    /// Whether `reference` leads to `target`.
    ///
    /// Two servers may use the same id for different resources, and a temporary name of something
    /// that is not in the release may be anything's.
    func leads(_ reference: Int, to target: Target) -> Match {
        if target.names.contains(reference) { return .yes }
        if let tail = tails[reference], target.tails.contains(tail) { return .unknown }
        guard isTemporary[reference] else { return .no }
        return named[reference].isEmpty ? .unknown : .no
    }

    /// Whether what goes by `names` and is of `type` is `target` itself.
    func isItself(_ names: [Int], type: String, _ target: Target) -> Match {
        if names.contains(target.name) { return .yes }
        if let wanted = target.type, let tail = tails[target.name] {
            guard wanted == type else { return .no }
            if names.contains(where: { tails[$0] == tail }) { return .unknown }
        }
        // A resource that goes by temporary names only may be the one that is meant.
        return names.contains { !isTemporary[$0] } ? .no : .unknown
    }

    /// What it costs to find out what these pointers lead to, as far as `limit`.
    func cost(of pointers: Set<String>, limit: Int) -> Int {
        var cost = 0
        for name in pointers {
            cost += 1
            for place in numbers[ReferenceText.key(of: name)].map({ named[$0] }) ?? [] {
                cost += 1 + links[place].references.count + links[place].related.count
                guard cost <= limit else { return cost }
            }
        }
        return cost
    }
}
