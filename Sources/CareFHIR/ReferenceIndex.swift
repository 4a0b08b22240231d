internal import CareModel

/// Finds resources by the references other resources make to them.
struct ReferenceIndex {
    private var resources: [String: JSONValue] = [:]

    /// Adds `resource` under `name`; the first of a name stays.
    mutating func add(_ resource: JSONValue, as name: String) {
        let name = ReferenceText.key(of: name)
        if resources[name] == nil { resources[name] = resource }
    }

    /// Adds the entries of `bundle` under their full URLs, and under `Type/id` as its one Consent,
    /// which is who refers to them, means it: those on its own server, or on none.
    mutating func addEntries(of bundle: JSONValue) {
        let entries = (bundle["entry"]?.elements ?? []).filter { $0["resource"]?.isObject == true }
        let consent = entries.first { $0["resource"]?["resourceType"]?.reads("Consent") == true }
        let base = consent.flatMap { Self.base(of: $0) }
        var named: [String: [JSONValue]] = [:]
        for entry in entries {
            guard let resource = entry["resource"] else { continue }
            if let url = entry["fullUrl"]?.string { add(resource, as: url) }
            let own = Self.base(of: entry)
            guard let name = resource.resourceName, base == nil || own == nil || own == base else {
                continue
            }
            named[name, default: []].append(resource)
        }
        for (name, candidates) in named {
            let exact = base.flatMap { resources[$0 + name] }
            // One that could be several is nobody.
            guard exact != nil || candidates.count == 1 else { continue }
            add(exact ?? candidates[0], as: name)
        }
    }

    private static func base(of entry: JSONValue) -> String? {
        entry["fullUrl"]?.string.flatMap { ReferenceText.base(of: $0) }.map { String($0) }
    }

    /// Adds the resources `resource` contains under `#id`.
    mutating func addContained(in resource: JSONValue) {
        for contained in resource["contained"]?.elements ?? [] {
            if let id = contained["id"]?.string { add(contained, as: "#" + id) }
        }
    }

    /// The resource `reference` leads to.
    func resource(for reference: String) -> JSONValue? {
        resources[ReferenceText.key(of: reference)]
    }
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
        return Self.withoutVersion(text)
    }

    /// A reference without its version.
    static func withoutVersion(_ text: String) -> String {
        guard text.utf8.count > 10, let history = historyOffset(in: text) else { return text }
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
