import CareModel

/// Is a piece of JSON text; elements without a value are left out.
private struct JSONText {
    let text: String

    static func string(_ value: String?) -> JSONText? { value.map { JSONText(text: "\"\($0)\"") } }

    /// A list; nil if it is empty, because FHIR knows no empty lists.
    static func list(_ values: [JSONText]) -> JSONText? {
        guard !values.isEmpty else { return nil }
        return JSONText(text: "[" + values.map(\.text).joined(separator: ",") + "]")
    }

    static func object(_ elements: [(String, JSONText?)], more: String? = nil) -> JSONText {
        var parts = elements.compactMap { name, value in value.map { "\"\(name)\":\($0.text)" } }
        if let more { parts.append(more) }
        return JSONText(text: "{" + parts.joined(separator: ",") + "}")
    }

    static func concept(_ code: PlainCode) -> JSONText {
        .object([("coding", .list([code.json]))])
    }
}

extension PlainConsent {
    /// The resource as FHIR JSON.
    var json: String {
        let isR5 = dialect == .decision
        var elements: [(String, JSONText?)] = [
            ("resourceType", .string("Consent")), ("id", .string(id)),
            ("meta", version.map { .object([("versionId", .string($0))]) }),
            ("extension", replacesExtension), ("contained", .list(contained.map(\.json))),
            ("identifier", .list(identifiers.map(\.json))), ("status", .string(status)),
            ("category", .list(categories.map { .concept($0) })),
            (isR5 ? "subject" : "patient", PlainReference(reference: "Patient/p").json),
            (isR5 ? "date" : "dateTime", .string(dateTime)),
        ]
        switch dialect {
        case .typedRoot:
            elements += [("scope", scope.map { .concept($0) })]
            var root = root
            root.type = base
            elements.append(("provision", root.json))
        case .policyRule:
            elements += [("scope", scope.map { .concept($0) })]
            let code = PlainCode(
                system: "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                code: base == .permit ? "OPTIN" : "OPTOUT")
            elements += [("policyRule", .concept(code)), ("provision", root.json)]
        case .decision:
            elements += [
                ("period", root.period?.json), ("decision", .string(base.rawValue)),
                ("provision", .list(root.exceptions.map(\.json))),
            ]
        }
        return JSONText.object(elements, more: flaw).text
    }

    private var replacesExtension: JSONText? {
        replaces.flatMap { name in
            .list([
                .object([
                    ("url", .string("http://hl7.org/fhir/StructureDefinition/replaces")),
                    ("valueReference", PlainReference(reference: "Consent/\(name)").json),
                ])
            ])
        }
    }
}

extension PlainProvision {
    fileprivate var json: JSONText {
        .object([
            ("type", .string(type?.rawValue)), ("period", period?.json),
            (
                "actor",
                .list(
                    actors.map { actor in
                        .object([
                            ("role", .object([("text", .string("recipient"))])),
                            ("reference", actor?.json),
                        ])
                    })
            ),
            ("action", .list(actions.map { .concept($0) })),
            ("securityLabel", .list(labels.map(\.json))),
            ("purpose", .list(purposes.map(\.json))), ("class", .list(classes.map(\.json))),
            ("code", .list(codes.map { .concept($0) })), ("dataPeriod", dataPeriod?.json),
            (
                "data",
                .list(
                    data.map {
                        .object([
                            ("meaning", .string($0.meaning)), ("reference", $0.target.json),
                        ])
                    })
            ),
            ("provision", .list(exceptions.map(\.json))),
        ])
    }
}

extension PlainCode {
    fileprivate var json: JSONText {
        .object([
            ("system", .string(system)), ("code", .string(code)), ("display", .string("Words")),
        ])
    }
}

extension PlainIdentifier {
    fileprivate var json: JSONText {
        .object([("system", .string(system)), ("value", .string(value))])
    }
}

extension PlainReference {
    fileprivate var json: JSONText {
        .object([
            ("reference", .string(reference)), ("identifier", identifier?.json),
            ("display", .string("Somebody")),
        ])
    }
}

extension PlainPeriod {
    fileprivate var json: JSONText {
        .object([("start", .string(start)), ("end", .string(end))])
    }
}

extension PlainContained {
    fileprivate var json: JSONText {
        let traits = JSONText.list([.object([("exclude", JSONText(text: "false"))])])
        return .object([
            ("resourceType", .string(type)), ("id", .string(id)),
            ("identifier", .list(identifiers.map(\.json))),
            ("characteristic", isDescribed ? traits : nil),
            (
                "member",
                .list(
                    members.map {
                        .object([
                            ("entity", $0.entity.json), ("period", $0.period?.json),
                            ("inactive", $0.isInactive ? JSONText(text: "true") : nil),
                        ])
                    })
            ),
        ])
    }
}
