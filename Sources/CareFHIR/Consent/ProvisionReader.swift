internal import CareModel

/// Reads the provision tree of a Consent, R4 and R5.
struct ProvisionReader {
    let elements: ElementReader
    let actors: ActorReader
    let depthLimit: Int

    /// Reads one provision and its exceptions.
    func provision(
        _ value: JSONValue, path: String, depth: Int = 0
    ) throws(ConsentFault) -> ConsentProvision {
        guard depth < depthLimit else { throw ConsentFault("its rules nest too deep") }
        try elements.check(value, Self.names, at: path)
        var provision = ConsentProvision(path: path)
        if let type = value["type"] {
            guard let text = type.string, let effect = ConsentEffect(rawValue: text) else {
                throw ConsentFault("\(path).type is neither permit nor deny")
            }
            provision.type = effect
        }
        provision.period = try elements.period(value["period"], at: "\(path).period")
        for actor in try elements.list(value["actor"], at: "\(path).actor") {
            provision.actors.append(try self.actor(actor, at: "\(path).actor"))
        }
        provision.purposes = try elements.codings(value["purpose"], at: "\(path).purpose")
        provision.actions = try actions(value["action"], at: "\(path).action")
        provision.content = try content(value, path: path)
        let children = try elements.list(value["provision"], at: "\(path).provision")
        for (place, child) in children.enumerated() {
            provision.provisions.append(
                try self.provision(child, path: "\(path).provision[\(place)]", depth: depth + 1))
        }
        return provision
    }

    /// Codings of one action say the same in several systems, so one that FHIR lists decides.
    private func actions(_ value: JSONValue?, at path: String) throws(ConsentFault) -> [Coding] {
        var actions: [Coding] = []
        for element in try elements.list(value, at: path) {
            let codings = try elements.concept(element, at: path)
            let known = codings.filter {
                $0.system == CodeSystem.action && Self.knownActions.contains($0.code)
            }
            actions += known.isEmpty ? codings : known
        }
        return actions
    }

    private static let knownActions: Set<String> = [
        "access", "collect", "correct", "disclose", "use",
    ]

    /// The elements of R4 and R5.
    private static let names: [StaticString] = [
        "type", "period", "actor", "action", "securityLabel", "purpose", "class", "documentType",
        "resourceType", "code", "dataPeriod", "data", "expression", "provision",
    ]

    private func actor(_ value: JSONValue, at path: String) throws(ConsentFault) -> ConsentActor {
        try elements.check(value, ["role", "reference"], at: path)
        let role = try value["role"].map { (role) throws(ConsentFault) in
            try elements.concept(role, at: "\(path).role")
        }
        // A role alone may be anybody's.
        var actor = ConsentActor(isResolved: false)
        if let reference = value["reference"] {
            actor = try actors.actor(reference, at: "\(path).reference")
        }
        actor.side = ActorRole.side(of: role ?? [])
        return actor
    }

    private func content(
        _ value: JSONValue, path: String
    ) throws(ConsentFault) -> ContentCondition {
        var content = ContentCondition()
        content.securityLabels = try elements.codings(
            value["securityLabel"], at: "\(path).securityLabel")
        guard value["class"] == nil || value["resourceType"] == nil else {
            throw ConsentFault("\(path) mixes the elements of two FHIR releases")
        }
        content.classes = try elements.codings(
            value["class"] ?? value["resourceType"], at: "\(path).class")
        content.documentTypes = try elements.codings(
            value["documentType"], at: "\(path).documentType")
        // A condition that cannot be evaluated here.
        content.expression = value["expression"].map { Self.words(of: $0, path: path) }
        content.codes = try elements.concepts(value["code"], at: "\(path).code")
        content.dataPeriod = try elements.period(value["dataPeriod"], at: "\(path).dataPeriod")
        for data in try elements.list(value["data"], at: "\(path).data") {
            content.data.append(try pointer(data, at: "\(path).data"))
        }
        return content
    }

    /// What makes an expression the same as another.
    private static func words(of expression: JSONValue, path: String) -> String {
        let parts = ["language", "expression", "reference"] as [StaticString]
        let words = parts.compactMap { expression[$0]?.string }
        return words.isEmpty ? path : words.joined(separator: " ")
    }

    private func pointer(_ value: JSONValue, at path: String) throws(ConsentFault) -> ConsentData {
        try elements.check(value, ["meaning", "reference"], at: path)
        guard let meaning = value["meaning"], let reference = value["reference"] else {
            return ConsentData(meaning: .unknown(""), target: ConsentActor(isResolved: false))
        }
        let code = try elements.text(meaning, at: "\(path).meaning")
        let known: ConsentData.Meaning =
            switch code {
            case "instance": .instance
            case "related": .related
            case "dependents": .dependents
            case "authoredby": .authoredBy
            default: .unknown(code)
            }
        return ConsentData(
            meaning: known, target: try actors.actor(reference, at: "\(path).reference"))
    }
}
