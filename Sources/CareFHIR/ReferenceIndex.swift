internal import CareModel

/// Finds resources by the references other resources make to them.
struct ReferenceIndex {
    private var resources: [String: JSONValue] = [:]

    /// Adds `resource` under `name`; the first of a name stays.
    mutating func add(_ resource: JSONValue, as name: String) {
        if resources[name] == nil { resources[name] = resource }
    }

    /// Adds the entries of `bundle` under their full URLs and `Type/id`.
    mutating func addEntries(of bundle: JSONValue) {
        for entry in bundle["entry"]?.elements ?? [] {
            guard let resource = entry["resource"], resource.isObject else { continue }
            if let url = entry["fullUrl"]?.string { add(resource, as: url) }
            if let name = resource.resourceName { add(resource, as: name) }
        }
    }

    /// Adds the resources `resource` contains under `#id`.
    mutating func addContained(in resource: JSONValue) {
        for contained in resource["contained"]?.elements ?? [] {
            if let id = contained["id"]?.string { add(contained, as: "#" + id) }
        }
    }

    /// The resource `reference` leads to.
    func resource(for reference: String) -> JSONValue? { resources[reference] }
}

extension JSONValue {
    /// `Type/id` of a resource that has both.
    var resourceName: String? {
        guard let type = self["resourceType"]?.string, let id = self["id"]?.string else {
            return nil
        }
        return type + "/" + id
    }

    /// The target of a FHIR Reference without the version; nil without one.
    var referenceTarget: String? {
        guard let text = self["reference"]?.string, !text.isEmpty else { return nil }
        guard text.utf8.count > 10, let history = Self.historyOffset(in: text) else { return text }
        return String(text.utf8.prefix(history)) ?? text
    }

    /// Where `/_history/` and a version begin.
    private static func historyOffset(in text: String) -> Int? {
        guard text.utf8.contains(UInt8(ascii: "_")) else { return nil }
        let bytes = Array(text.utf8)
        let mark = Array("/_history/".utf8)
        return bytes.indices.dropLast(mark.count).last { bytes[$0...].starts(with: mark) }
    }

    /// A FHIR Identifier; nil without a value.
    var businessIdentifier: BusinessIdentifier? {
        guard let value = self["value"]?.string else { return nil }
        return BusinessIdentifier(system: self["system"]?.string ?? "", value: value)
    }
}
