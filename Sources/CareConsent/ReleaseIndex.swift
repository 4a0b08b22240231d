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
        /// The types they tell, and with each the server whose names they are.
        fileprivate(set) var types: Set<Int> = []
        fileprivate(set) var servers: Set<Int> = []
        /// What it refers to.
        fileprivate(set) var related: Set<Int> = []

        fileprivate init(name: Int, type: Substring?) {
            self.name = name
            self.type = type
            names = [name]
        }
    }

    private var numbers: [String: Int] = [:]
    /// Numbers of types, and of all before an id, the server and the type.
    private var heads: [Substring: Int] = [:]
    /// By the number of a name: the number of the type that it tells, nil without.
    private var types: [Int?] = []
    /// By the number of a name: the number of its server and type, nil without.
    private var servers: [Int?] = []
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
        let number = types.count
        numbers[name] = number
        named.append([])
        isTemporary.append(name.hasPrefix("urn:"))
        let type = ReferenceText.type(of: name)
        types.append(type.map { self.number(ofHead: $0) })
        servers.append(type.map { self.number(ofHead: name[..<$0.endIndex]) })
        return number
    }

    private func number(ofHead head: Substring) -> Int {
        if let known = heads[head] { return known }
        let number = heads.count
        heads[head] = number
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
        target.types = Set(target.names.compactMap { types[$0] })
        target.servers = Set(target.names.compactMap { servers[$0] })
        targets[name] = target
        return target
    }

    /// Whether `reference` leads to `target`.
    ///
    /// Two servers name the same things each in its own way, and a temporary name of something that
    /// is not in the release may be anything's.
    func leads(_ reference: Int, to target: Target) -> Match {
        if target.names.contains(reference) { return .yes }
        if isTemporary[reference] { return named[reference].isEmpty ? .unknown : .no }
        if target.types.isEmpty { return named[target.name].isEmpty ? .unknown : .no }
        guard let type = types[reference], target.types.contains(type) else { return .no }
        return servers[reference].map(target.servers.contains) == true ? .no : .unknown
    }

    /// Whether `author` is `target`.
    ///
    /// A person may write for an organisation, so that a name of another type tells nothing.
    func isAuthor(_ authors: [Int], _ target: Target) -> Match {
        var answer = Match.unknown
        for author in authors {
            switch leads(author, to: target) {
            case .yes: return .yes
            case .no where types[author].map(target.types.contains) == true: answer = .no
            case .no, .unknown: continue
            }
        }
        return answer
    }

    /// Whether what goes by `names` and is of `type` is `target` itself.
    func isItself(_ names: [Int], type: String, _ target: Target) -> Match {
        if names.contains(target.name) { return .yes }
        guard let wanted = target.type else {
            return named[target.name].isEmpty ? .unknown : .no
        }
        guard wanted == type else { return .no }
        // A resource that goes by names of other servers or by temporary ones may be the one.
        return names.contains { servers[$0] == servers[target.name] } ? .no : .unknown
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
