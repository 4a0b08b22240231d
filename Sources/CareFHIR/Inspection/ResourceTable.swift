internal import CareModel

/// Lists every resource of a document, wherever it is: the root, entries, contained ones, and those
/// in Bundles and Parameters within.
///
/// A class, because it is handed on often and never changes.
final class ResourceTable {
    struct Resource {
        let value: JSONValue
        let type: String
    }

    /// Is what a resource goes by within the one that contains it.
    private struct Fragment: Hashable {
        let container: Int
        let id: String
    }

    let tree: JSONTree
    /// All resources in the order of the document.
    let resources: [Resource]
    /// The entries of the outer Bundle, or the one resource.
    let entries: [Resource]
    private let names: EntryNames
    private var contained: [Fragment: Int] = [:]

    init(_ document: JSONDocument, limits: InspectionLimits) throws(InspectionError) {
        let tree = JSONTree(document)
        self.tree = tree
        resources = try Self.allResources(tree, limits: limits)
        guard let root = resources.first, root.value.index == 0 else {
            throw InspectionError(
                .notFHIR, "The document has no resourceType. Send a FHIR resource or Bundle.")
        }
        entries = try Self.entries(of: root, limits: limits)
        names = EntryNames(tree)
        guard !names.hasTwins else {
            throw InspectionError(
                .duplicateEntry,
                "Two entries of a Bundle have the same fullUrl, or no other name than the same "
                    + "type and id. Name each entry once.")
        }
        guard !names.hasImpostors else {
            throw InspectionError(
                .duplicateEntry,
                "Two Bundles of the document give the same fullUrl to different things. "
                    + "Name each entry once.")
        }
        noteContained()
    }

    private static func entries(
        of root: Resource, limits: InspectionLimits
    ) throws(InspectionError) -> [Resource] {
        guard root.type == "Bundle" else { return [root] }
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
        return entries
    }

    /// Notes what is contained; of two with the same id, a Patient counts.
    private func noteContained() {
        for resource in resources {
            let place = resource.value.index
            guard tree.elementName(of: place)?.reads("contained") == true,
                let container = tree.container(around: place), container != place,
                let id = resource.value["id"]?.string
            else { continue }
            let fragment = Fragment(container: container, id: id)
            if let other = contained[fragment], self.resource(at: other)?.type == "Patient" {
                continue
            }
            contained[fragment] = place
        }
    }

    private static func allResources(
        _ tree: JSONTree, limits: InspectionLimits
    ) throws(InspectionError) -> [Resource] {
        var resources: [Resource] = []
        for place in tree.resources {
            let value = tree.value(place)
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

extension ResourceTable {
    /// The resources that stand for themselves: entries of Bundles wherever those are, or the one
    /// resource.
    var standing: [Resource] {
        resources.filter { resource in
            let place = resource.value.index
            return place == 0 && resource.type != "Bundle" || tree.bundle(ofEntry: place) != nil
        }
    }

    /// The resource that `reference`, without its version, leads to from the value at `place`; nil
    /// if it leads nowhere in the document.
    ///
    /// - Throws: `duplicate-entry` if it could mean several.
    func resource(for reference: String, from place: Int) throws(InspectionError) -> Resource? {
        if reference.utf8.first == UInt8(ascii: "#") {
            guard let container = tree.container(around: place) else { return nil }
            let id = String(reference.dropFirst())
            // `#` alone is the container itself.
            let found = id.isEmpty ? container : contained[Fragment(container: container, id: id)]
            return found.flatMap { resource(at: $0) }
        }
        switch names.finding(reference, from: place) {
        case .resource(let found): return resource(at: found)
        case .nothing: return nil
        case .several:
            throw InspectionError(
                .duplicateEntry,
                "A reference by type and id could mean several entries. "
                    + "Refer to the fullUrl of the one that is meant.")
        }
    }

    /// Whether a Patient in the document has died, on a date that is known or not.
    var saysPatientDied: Bool {
        resources.contains { resource in
            guard resource.type == "Patient" else { return false }
            if let date = resource.value["deceasedDateTime"] ?? resource.value["_deceasedDateTime"]
            {
                return !date.isNull
            }
            let truth = resource.value["deceasedBoolean"] ?? resource.value["_deceasedBoolean"]
            return truth.map { !$0.isNull && $0.bool != false } ?? false
        }
    }

    private func resource(at place: Int) -> Resource? {
        let index = resources.firstIndex(notBefore: place) { $0.value.index }
        guard index < resources.count, resources[index].value.index == place else { return nil }
        return resources[index]
    }
}
