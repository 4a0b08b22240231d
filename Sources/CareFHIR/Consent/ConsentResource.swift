internal import CareModel

/// Is one Consent resource on its way to a directive.
struct ConsentResource {
    let value: JSONValue
    let elements: ElementReader
    let provisions: ProvisionReader

    /// The directive.
    ///
    /// What cannot be understood makes its rule unreadable, never wider.
    func directive() -> ConsentDirective {
        let meta = value["meta"]
        let versionID = meta?["versionId"]?.string
        var directive = ConsentDirective(
            name: value["id"]?.string ?? "consent", version: versionID ?? "1",
            status: value["status"]?.string.flatMap { ConsentStatus(rawValue: $0) } ?? .unknown,
            revision: versionID.flatMap { Int64($0) }, rule: .unreadable("it was not read"))
        directive.identifiers = (value["identifier"]?.listed ?? []).compactMap {
            $0.businessIdentifier
        }
        directive.replaces = replaces()
        do throws(ConsentFault) {
            // First, so that a directive that cannot be understood is still one of its category.
            directive.categories = try categories()
            try checkShape()
            let issued = value["dateTime"] ?? value["date"]
            directive.issued = try issued.map { (issued) throws(ConsentFault) in
                try elements.date(issued, at: "dateTime").period
            }
            directive.rule = try isR5 ? ruleR5() : ruleR4()
        } catch {
            directive.rule = .unreadable(error.reason)
        }
        return directive
    }

    private func categories() throws(ConsentFault) -> [Coding] {
        var categories = try elements.concepts(value["category"], at: "category")
        if let scope = value["scope"] {
            categories += try elements.concept(scope, at: "scope")
        }
        return categories
    }

    /// All elements of the two releases.
    ///
    /// Those that do not bear on a verdict are not read.
    private static let names: [StaticString] = [
        "resourceType", "meta", "language", "text", "contained", "identifier", "status", "scope",
        "category", "patient", "subject", "dateTime", "date", "period", "performer", "grantor",
        "grantee", "manager", "controller", "organization", "sourceAttachment", "sourceReference",
        "regulatoryBasis", "policyBasis", "policyText", "policy", "policyRule", "verification",
        "decision", "provision",
    ]

    private func checkShape() throws(ConsentFault) {
        let nodes = value.document.nodes
        for place in value.nodeRange
        where nodes[place].kind == .object
            && nodes[place].flags & JSONDocument.Flag.hasModifierExtension != 0
        {
            throw ConsentFault("it has a modifier extension, which may change what it means")
        }
        guard value["implicitRules"] == nil else {
            throw ConsentFault("it follows implicit rules, which may change what it means")
        }
        try elements.check(value, Self.names, at: "Consent")
    }

    private var isR5: Bool {
        value["decision"] != nil || value["provision"]?.isArray == true
            || (value["subject"] != nil && value["patient"] == nil)
    }

    /// R5: the base is `decision`; provisions are exceptions, and `period` limits the whole.
    private func ruleR5() throws(ConsentFault) -> ConsentDirective.Rule {
        guard value["policyRule"] == nil else {
            throw ConsentFault("it mixes the elements of two FHIR releases")
        }
        guard let base = value["decision"]?.string.flatMap({ ConsentEffect(rawValue: $0) }) else {
            throw ConsentFault("its decision is neither permit nor deny")
        }
        var root = ConsentProvision(path: "decision")
        root.period = try elements.period(value["period"], at: "period")
        if base == .permit {
            // A permission for somebody is none for others.
            for grantee in try elements.list(value["grantee"], at: "grantee") {
                root.actors.append(try provisions.actors.actor(grantee, at: "grantee"))
            }
        }
        let children = try elements.list(value["provision"], at: "provision")
        for (place, child) in children.enumerated() {
            root.provisions.append(
                try provisions.provision(child, path: "provision[\(place)]", depth: 1))
        }
        return .stated(base: base, root: root)
    }

    /// R4: the base is the root provision's type; without one, or if the policy is opt-out, it is
    /// the policy's, and the root provision an exception to it.
    ///
    /// A root provision with a type under an opt-out policy is read as the exception too, because
    /// that refuses where the other reading would say nothing.
    private func ruleR4() throws(ConsentFault) -> ConsentDirective.Rule {
        guard value["period"] == nil, value["decision"] == nil else {
            throw ConsentFault("it mixes the elements of two FHIR releases")
        }
        let policy = try policyBase()
        let provision = try value["provision"].map { (value) throws(ConsentFault) in
            try provisions.provision(value, path: "provision")
        }
        if policy != .deny, let provision, let type = provision.type {
            return .stated(base: type, root: provision)
        }
        guard let policy else {
            throw ConsentFault("it says neither permit nor deny in a way that is understood")
        }
        let root = ConsentProvision(provisions: provision.map { [$0] } ?? [], path: "policyRule")
        return .stated(base: policy, root: root)
    }

    private func policyBase() throws(ConsentFault) -> ConsentEffect? {
        guard let rule = value["policyRule"] else { return nil }
        let codings = try elements.concept(rule, at: "policyRule")
        let isOptIn = codings.contains(Coding(system: CodeSystem.actCode, code: "OPTIN"))
        let isOptOut = codings.contains(Coding(system: CodeSystem.actCode, code: "OPTOUT"))
        if isOptOut { return .deny }
        return isOptIn ? .permit : nil
    }

    /// Names of directives this one says it replaces (the standard extension `replaces`).
    private func replaces() -> [String] {
        var names: [String] = []
        for item in value["extension"]?.elements ?? [] {
            guard item["url"]?.reads("http://hl7.org/fhir/StructureDefinition/replaces") == true
            else { continue }
            let target =
                item["valueReference"]?.referenceTarget ?? item["valueUri"]?.string
                ?? item["valueCanonical"]?.string
            if let target {
                names.append(target.hasPrefix("Consent/") ? String(target.dropFirst(8)) : target)
            }
        }
        return names
    }
}
