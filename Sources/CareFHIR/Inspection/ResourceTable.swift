internal import CareModel

/// Lists every resource of a document, wherever it is: the root, entries, contained ones, and those
/// in Bundles and Parameters within.
struct ResourceTable {
    struct Resource {
        let value: JSONValue
        let type: String
    }

    /// All resources in the order of the document.
    let resources: [Resource]
    /// The entries of the outer Bundle, or the one resource.
    let entries: [Resource]
    private var named: [String: String] = [:]
    private var contained: [Int: [String: String]] = [:]

    init(_ document: JSONDocument, limits: InspectionLimits) throws(InspectionError) {
        resources = try Self.allResources(document, limits: limits)
        guard let root = resources.first, root.value.index == 0 else {
            throw InspectionError(
                .notFHIR, "The document has no resourceType. Send a FHIR resource or Bundle.")
        }
        guard root.type == "Bundle" else {
            entries = [root]
            noteContained()
            return
        }
        let values = root.value["entry"]?.elements ?? []
        guard values.count <= limits.entryCount else {
            throw InspectionError(
                .tooLarge, "The Bundle has more entries than the limit. Send fewer at a time.")
        }
        var entries: [Resource] = []
        entries.reserveCapacity(values.count)
        for value in values {
            guard let resource = value["resource"], let type = resource["resourceType"]?.string
            else {
                throw InspectionError(
                    .notFHIR, "An entry of the Bundle has no resource. Leave such entries out.")
            }
            entries.append(Resource(value: resource, type: type))
        }
        self.entries = entries
        for (place, value) in values.enumerated() {
            try name(entries[place], fullURL: value["fullUrl"]?.string)
        }
        try nameNestedEntries()
        noteContained()
    }

    /// The entry that `value` belongs to; entries stand in the order of the document.
    func entry(around value: JSONValue) -> Resource? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            let range = entries[middle].value.nodeRange
            if range.contains(value.index) { return entries[middle] }
            if value.index < range.lowerBound { high = middle } else { low = middle + 1 }
        }
        return nil
    }

    /// The type of the resource with that id inside `entry`, not counting the entry itself.
    func containedType(_ id: Substring, in entry: JSONValue) -> String? {
        contained[entry.index]?[String(id)]
    }

    /// Notes what entries contain; of two with the same id, a Patient counts.
    private mutating func noteContained() {
        for resource in resources {
            guard let entry = entry(around: resource.value),
                entry.value.index != resource.value.index, let id = resource.value["id"]?.string,
                contained[entry.value.index]?[id] != "Patient"
            else { continue }
            contained[entry.value.index, default: [:]][id] = resource.type
        }
    }

    /// Names what Bundles within the outer one hold.
    ///
    /// They may repeat an entry, but not put something of another type in its place.
    private mutating func nameNestedEntries() throws(InspectionError) {
        for bundle in resources where bundle.type == "Bundle" && bundle.value.index > 0 {
            for entry in bundle.value["entry"]?.elements ?? [] {
                guard let resource = entry["resource"], let type = resource["resourceType"]?.string
                else { continue }
                for name in [entry["fullUrl"]?.string, resource.resourceName] {
                    guard let name else { continue }
                    guard named[name, default: type] == type else { throw Self.ambiguity }
                    named[name] = type
                }
            }
        }
    }

    private static let ambiguity = InspectionError(
        .duplicateEntry,
        "Two entries of the Bundle go by the same URL or id. Name each entry once.")

    /// The type of the resource that `reference` leads to.
    func type(of reference: String) -> String? { named[reference] }

    private mutating func name(_ resource: Resource, fullURL: String?) throws(InspectionError) {
        let own = resource.value["id"]?.string.map { resource.type + "/" + $0 }
        for name in [fullURL, own] {
            guard let name, !(name == own && name == fullURL && named[name] != nil) else {
                continue
            }
            guard named.updateValue(resource.type, forKey: name) == nil else {
                throw Self.ambiguity
            }
        }
    }

    private static func allResources(
        _ document: JSONDocument, limits: InspectionLimits
    ) throws(InspectionError) -> [Resource] {
        var resources: [Resource] = []
        for (place, node) in document.nodes.enumerated()
        where node.kind == .object && node.flags & JSONDocument.Flag.hasResourceType != 0 {
            let value = JSONValue(document: document, index: place)
            guard let type = value["resourceType"]?.string, !type.isEmpty else {
                throw InspectionError(
                    .notFHIR, "A resourceType is not text. Send a FHIR resource or Bundle.")
            }
            resources.append(Resource(value: value, type: type))
            // The outer Bundle is no part.
            guard resources.count <= limits.partCount + 1 else { throw .tooManyParts }
        }
        return resources
    }
}
