/// Finds what the lines of a resource leave out and says it all the same, so that nothing of it
/// vanishes without a word.
///
/// What is simple is a line of its own, such as "Order detail: without contrast"; what has no form
/// here, or is too much, is named. Links without a name, and who wrote what when, are left out: a
/// reader who has to find "unsuccessful" must not look for it among them.
struct UnreadMembers {
    /// What is left out and can be said: "Outcome: unsuccessful".
    private(set) var lines: [String] = []
    /// The names of what cannot be shown.
    private(set) var names: [String] = []
    /// Whether more than those cannot be shown.
    private var hasMore = false

    /// How many lines a resource gets for what is left out.
    static let lineLimit = 24
    /// How long a text may be that nothing here knows; attached data would fill the screen.
    static let lengthLimit = 1_000
    /// How many texts one line has, and how many names the last.
    static let countLimit = 24
    /// How deep it is looked for.
    static let depthLimit = 4

    private var labels: [String] = []
    private var texts: [String: [String]] = [:]
    private let reading: Reading

    /// Leaves out nothing.
    init() { reading = Reading(type: "", title: nil, isDatedByPeriod: false, caveats: []) }

    /// - Parameters:
    ///   - title: the member that the resource is called by.
    ///   - isDatedByPeriod: whether its period is shown as its date.
    ///   - caveats: the paths of the elements that caveats are about.
    init(
        of value: JSONValue, type: String, title: String?, isDatedByPeriod: Bool,
        caveats: Set<String>
    ) {
        reading = Reading(
            type: type, title: title, isDatedByPeriod: isDatedByPeriod, caveats: caveats)
        walk(value, path: "", level: 0)
        for label in labels.prefix(Self.lineLimit) {
            lines.append("\(label): \((texts[label] ?? []).joined(separator: "; "))")
        }
        for label in labels.dropFirst(Self.lineLimit) { name(label) }
    }

    /// The line that names what is not shown; empty if all is.
    var notice: [String] {
        guard !names.isEmpty else { return [] }
        let all = names + (hasMore ? ["and more"] : [])
        return ["(more in the record, not shown here: \(all.joined(separator: ", ")))"]
    }

    private mutating func walk(_ object: JSONValue, path: String, level: Int) {
        for (name, value) in object.members {
            guard let name = name.string, !name.hasPrefix("_"), !Reading.silent.contains(name)
            else { continue }
            let inner = path.isEmpty ? name : "\(path).\(name)"
            guard !reading.isCaveat(inner) else { continue }
            let elements = value.listed
            for element in elements {
                switch reading.form(of: inner, element, of: elements.count) {
                case .whole: continue
                case .parts: walk(element, path: inner, level: level + 1)
                case nil: add(element, path: inner, level: level)
                }
            }
        }
    }

    private mutating func add(_ value: JSONValue, path: String, level: Int) {
        // A resource within is shown on its own.
        guard value.flags & JSONDocument.Flag.hasResourceType == 0 || !value.isObject else {
            return
        }
        let label = Self.label(of: path)
        if DataShape.isLink(value) { return }
        if let text = DataShape.text(of: value) {
            guard text.utf8.count <= Self.lengthLimit else { return name(label) }
            if !text.isEmpty { put(text, under: label) }
        } else if value.isObject, level < Self.depthLimit {
            walk(value, path: path, level: level + 1)
        } else {
            name(label)
        }
    }

    private mutating func put(_ text: String, under label: String) {
        if texts[label] == nil { labels.append(label) }
        let known = texts[label] ?? []
        if known.contains(text) { return }
        if known.count < Self.countLimit { texts[label] = known + [text] } else { name(label) }
    }

    private mutating func name(_ label: String) {
        let words = label.prefix(1).lowercased() + label.dropFirst()
        if names.contains(words) { return }
        if names.count < Self.countLimit { names.append(words) } else { hasMore = true }
    }

    /// `Order detail` of `orderDetail`, `As needed` of `asNeededBoolean`.
    private static func label(of path: String) -> String {
        let words = path.split(separator: ".").map { name in
            let type = typeNames.first { name.hasSuffix($0) && name.count > $0.count }
            return CaveatWords.element(String(name.dropLast(type?.count ?? 0)))
        }
        let text = PlainText.line(words.joined(separator: " "))
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// What the names of `value[x]` and its like end with.
    private static let typeNames = [
        "CodeableConcept", "CodeableReference", "Boolean", "String", "Quantity", "DateTime",
        "Attachment",
    ]
}

/// Tells values of FHIR's data types, which have a text of their own, from parts of resources.
private enum DataShape {
    /// A Reference that has no name: what it leads to is shown on its own, or not here at all.
    static func isLink(_ value: JSONValue) -> Bool {
        guard value.isObject, value["reference"]?.string != nil || value["identifier"] != nil else {
            return false
        }
        return value.members.allSatisfy { name, _ in
            ["reference", "type", "identifier", "id", "extension"].contains(name.string ?? "")
        }
    }

    /// The text of a value that is of a data type; nil for a part of a resource.
    static func text(of value: JSONValue) -> String? {
        guard value.isObject else { return FHIRText.value(value) }
        let isOfType = value.members.allSatisfy { name, value in
            guard let name = name.string, !name.hasPrefix("_") else { return true }
            let isPlain = !value.isObject && !value.isArray
            return isPlain ? plain.contains(name) : composed.contains(name)
        }
        return isOfType ? FHIRText.value(value) : nil
    }

    private static let plain: Set = [
        "id", "text", "time", "authorString", "system", "version", "code", "display",
        "userSelected", "reference", "type", "value", "comparator", "unit", "currency", "start",
        "end", "contentType", "language", "data", "url", "size", "hash", "title", "creation", "use",
    ]
    private static let composed: Set = [
        "extension", "coding", "concept", "reference", "identifier", "low", "high", "numerator",
        "denominator", "authorReference",
    ]
}
