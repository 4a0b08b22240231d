internal import CareModel

/// Takes from a resource what consent rules must know of it.
struct ContentExtractor {
    let zoneOffset: Duration

    /// Describes `resource` without what it contains, and without the labels of its elements.
    func ownContent(of resource: JSONValue, fullURL: String?) -> ContentResource {
        var content = ContentResource(type: resource["resourceType"]?.string ?? "")
        name(resource, fullURL: fullURL, in: &content)
        take(resource, into: &content)
        content.period = period(of: resource)
        collectReferences(in: resource, withContained: false, into: &content)
        return content
    }

    /// Describes `resource` together with what it contains.
    func content(of resource: JSONValue, type: String, fullURL: String?) -> ContentResource {
        var content = ContentResource(type: type)
        name(resource, fullURL: fullURL, in: &content)
        take(resource, into: &content)
        content.period = period(of: resource)
        let nested = nestedResources(in: resource)
        var types: Set<String> = [type]
        for inner in nested {
            if let type = inner["resourceType"]?.string, types.insert(type).inserted {
                content.classes.append(.resourceType(type))
            }
            take(inner, into: &content)
        }
        collectReferences(in: resource, withContained: true, into: &content)
        return content
    }

    private func name(
        _ resource: JSONValue, fullURL: String?, in content: inout ContentResource
    ) {
        if let name = resource.resourceName { content.references.append(name) }
        if let fullURL, !content.references.contains(fullURL) { content.references.append(fullURL) }
    }

    private func nestedResources(in resource: JSONValue) -> [JSONValue] {
        let document = resource.document
        return resource.nodeRange.dropFirst().compactMap { place in
            let node = document.nodes[place]
            guard node.kind == .object, node.flags & JSONDocument.Flag.hasResourceType != 0 else {
                return nil
            }
            return JSONValue(document: document, index: place)
        }
    }

    private func take(_ resource: JSONValue, into content: inout ContentResource) {
        if let meta = resource["meta"] {
            for label in meta["security"]?.elements ?? [] {
                if let coding = Self.coding(label) { content.securityLabels.append(coding) }
            }
            for profile in meta["profile"]?.elements ?? [] {
                guard let profile = profile.string else { continue }
                content.classes.append(Coding(system: "urn:ietf:rfc:3986", code: profile))
            }
        }
        for name in Self.codeNames {
            for concept in resource[name]?.listed ?? [] {
                for coding in concept["coding"]?.elements ?? [] {
                    if let coding = Self.coding(coding) { content.codes.append(coding) }
                }
            }
        }
        let isDocument = ["DocumentReference", "Composition"].contains(content.type)
        if isDocument, let codings = resource["type"]?["coding"]?.elements {
            content.classes += codings.compactMap { Self.coding($0) }
        }
    }

    private static let codeNames: [StaticString] = [
        "code", "type", "category", "class", "reasonCode", "medicationCodeableConcept",
        "vaccineCode", "serviceType", "specialty",
    ]

    private static func coding(_ value: JSONValue) -> Coding? {
        guard let code = value["code"]?.string, !code.isEmpty else { return nil }
        return Coding(system: CodeSystem.canonical(value["system"]?.string ?? ""), code: code)
    }

    private static let authorNames: [StaticString] = [
        "author", "performer", "recorder", "asserter", "requester", "sender", "resultsInterpreter",
    ]

    private func collectReferences(
        in resource: JSONValue, withContained: Bool, into content: inout ContentResource
    ) {
        let document = resource.document
        var authorRanges: [Range<Int>] = []
        for name in Self.authorNames {
            if let author = resource[name] { authorRanges.append(author.nodeRange) }
        }
        var skipped = 0
        for place in resource.nodeRange where place >= skipped {
            let node = document.nodes[place]
            guard node.kind == .object else { continue }
            let isInner = node.flags & JSONDocument.Flag.hasResourceType != 0
            if isInner, !withContained, place > resource.index { skipped = Int(node.next) }
            guard place >= skipped, node.flags & JSONDocument.Flag.hasReference != 0 else {
                continue
            }
            guard let target = JSONValue(document: document, index: place).referenceTarget else {
                continue
            }
            if authorRanges.contains(where: { $0.contains(place) }) {
                content.authors.append(target)
            } else {
                content.related.append(target)
            }
        }
    }

    private static let dateNames: [StaticString] = [
        "effectiveDateTime", "effectivePeriod", "effectiveInstant", "performedDateTime",
        "performedPeriod", "occurrenceDateTime", "occurrencePeriod", "onsetDateTime",
        "onsetPeriod", "period", "start", "recordedDate", "authoredOn", "sent", "date", "created",
        "issued", "dateTime",
    ]

    /// The first date the resource gives of when it was observed, done or written.
    private func period(of resource: JSONValue) -> ConsentPeriod? {
        for name in Self.dateNames {
            guard let value = resource[name] else { continue }
            if let date = date(value) { return date.period }
            let (start, end) = (value["start"].flatMap(date), value["end"].flatMap(date))
            guard start != nil || end != nil else { continue }
            return ConsentPeriod(start: start?.startBound, end: end?.endBound)
        }
        return nil
    }

    private func date(_ value: JSONValue) -> FHIRDate? {
        value.string.flatMap { FHIRDate($0, zoneOffset: zoneOffset) }
    }
}
