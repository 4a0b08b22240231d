/// Finds the elements of a resource that change what the rest of it means.
///
/// Which they are is the specification's own list (`Protocols/fhir-modifiers.tsv`, of R4 and R5), what
/// that list lacks (``unflagged``), and a few words of other releases. `implicitRules` and
/// `modifierExtension` count wherever they are.
struct ModifierElements {
    /// Is one such element.
    struct Finding {
        /// Where it stands, from the resource down, without places in lists.
        let path: String
        /// What holds it.
        let holder: JSONValue
        /// Its value; nil where only the extension of a primitive (`_name`) is there.
        let value: JSONValue?
        /// The extension of the primitive.
        let primitive: JSONValue?

        var isOfResource: Bool {
            !path.contains(".") || ModifierElements.ofResource.contains(path)
        }
        /// What the element is called; a `code` in a part that is about the whole, as the part.
        var name: String {
            let names = path.split(separator: ".")
            let own = ModifierElements.ofResource.contains(path) ? names.first : names.last
            return own.map(String.init) ?? path
        }
    }

    /// What was found, in the order of the document.
    private(set) var findings: [Finding] = []
    private let wanted: Set<String>
    private let choices: [String]
    private let more: Set<String>

    /// Looks through `resource`, but not into resources within it.
    ///
    /// - Parameter more: other elements to find, by path or by name.
    init(of resource: JSONValue, type: String, and more: Set<String> = []) {
        let listed = (Self.table[type] ?? []) + (Self.unflagged[type] ?? [])
        self.more = more
        choices = listed.filter { $0.hasSuffix("[x]") }.map { String($0.dropLast(3)) }
        wanted = Set(listed + OrdinaryValues.everywhere)
        walk(resource, path: "", last: "")
    }

    private mutating func walk(_ object: JSONValue, path: String, last: String) {
        var seen: Set<String> = []
        let members = object.members.map { (name: $0.name.string ?? "", value: $0.value) }
        for (name, value) in members {
            let isPrimitive = name.hasPrefix("_")
            let plain = isPrimitive ? String(name.dropFirst()) : name
            // An item within an item, and so on, is defined as the outer one.
            let inner = path.isEmpty ? plain : plain == last ? path : "\(path).\(plain)"
            if matches(inner, plain), seen.insert(plain).inserted {
                let own = members.first { $0.name == plain }?.value
                findings.append(
                    Finding(
                        path: inner, holder: object, value: own.flatMap { $0.isNull ? nil : $0 },
                        primitive: members.first { $0.name == "_\(plain)" }?.value))
            }
            guard !Self.closed.contains(plain), !isPrimitive else { continue }
            for element in value.listed where element.isObject {
                guard element.flags & JSONDocument.Flag.hasResourceType == 0 else { continue }
                walk(element, path: inner, last: plain)
            }
        }
    }

    private func matches(_ path: String, _ name: String) -> Bool {
        if name == "modifierExtension" || name == "implicitRules" { return true }
        if wanted.contains(path) || more.contains(path) || more.contains(name) { return true }
        if OrdinaryValues.negations.contains(name) { return true }
        return choices.contains { choice in
            path.hasPrefix(choice) && path.dropFirst(choice.count).first?.isUppercase == true
        }
    }

    /// Extensions are not read; what they hold beside modifiers may be left out by FHIR's rules.
    private static let closed: Set = ["contained", "extension", "modifierExtension"]
}
