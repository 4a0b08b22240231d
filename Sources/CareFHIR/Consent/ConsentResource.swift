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
        // Without a date, or with one that nobody can read, its order among others is in doubt.
        directive.issued =
            (value["dateTime"] ?? value["date"])?.string
            .flatMap { FHIRDate($0, zoneOffset: elements.zoneOffset) }?.period
        do throws(ConsentFault) {
            // First, so that a directive that cannot be understood is still one of its category.
            let scope = try value["scope"].map { (scope) throws(ConsentFault) in
                try elements.concept(scope, at: "scope")
            }
            let filed = try elements.concepts(value["category"], at: "category")
            directive.categories = filed + (scope ?? [])
            let subject = ConsentSubject(scope: scope, categories: filed, isR5: isR5).subject
            // What may change the meaning of everything may change what the consent is about, too.
            directive.subject = .unclear("a consent that cannot be understood")
            if subject == .privacy { directive.subject = subject }
            try checkModifiers()
            directive.subject = subject
            try elements.check(value, Self.names, at: "Consent")
            directive.isVerified = try isVerified()
            directive.rule = try isR5 ? ruleR5() : ruleR4()
        } catch {
            directive.rule = .unreadable(error.reason)
        }
        return directive
    }

    /// False if the directive says that nobody verified it with the patient or those who act for
    /// them.
    private func isVerified() throws(ConsentFault) -> Bool {
        let verifications = try elements.list(value["verification"], at: "verification")
        var answers: [Bool] = []
        for verification in verifications {
            guard let isVerified = verification["verified"]?.bool else {
                throw ConsentFault("verification.verified is neither true nor false")
            }
            answers.append(isVerified)
        }
        return answers.isEmpty || answers.contains(true)
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

    /// What may change the meaning of everything, what the consent is about too.
    private func checkModifiers() throws(ConsentFault) {
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

    /// R4: the base is the root provision's type (IHE PCF), or else the policy's.
    ///
    /// Under a policy, a root provision without a type that has no condition but a period is a frame
    /// around the rules in it, and one with a condition is an exception to the policy.
    private func ruleR4() throws(ConsentFault) -> ConsentDirective.Rule {
        guard value["period"] == nil, value["decision"] == nil else {
            throw ConsentFault("it mixes the elements of two FHIR releases")
        }
        let policy = try policyBase()
        guard value["provision"] != nil || policy?.needsProvision != true else {
            throw ConsentFault("it is an opt-in with restrictions that it does not state")
        }
        guard let provisionValue = value["provision"] else {
            return .stated(base: try stated(policy), root: ConsentProvision(path: "policyRule"))
        }
        let provision = try provisions.provision(provisionValue, path: "provision")
        guard let type = provision.type else {
            let base = try stated(policy)
            guard !provision.hasNoCondition else {
                guard provision.period != nil || !provision.provisions.isEmpty else {
                    throw ConsentFault("provision is empty")
                }
                return .stated(base: base, root: provision)
            }
            let exception = ConsentProvision(provisions: [provision], path: "policyRule")
            return .stated(base: base, root: exception)
        }
        guard policy?.effect != .deny || type == .deny || !provision.hasNoCondition else {
            throw ConsentFault("its policyRule forbids everything and its provision permits it")
        }
        return .stated(base: type, root: provision)
    }

    private func stated(_ policy: PolicyBase?) throws(ConsentFault) -> ConsentEffect {
        guard let policy else {
            throw ConsentFault("it says neither permit nor deny in a way that is understood")
        }
        return policy.effect
    }

    /// Is what an R4 `policyRule` says of everything that no rule speaks about.
    private struct PolicyBase {
        let effect: ConsentEffect
        /// Whether it says itself that it is restricted, and not how.
        let needsProvision: Bool
    }

    private func policyBase() throws(ConsentFault) -> PolicyBase? {
        guard let rule = value["policyRule"] else { return nil }
        let codes = try elements.concept(rule, at: "policyRule")
            .filter { $0.system == CodeSystem.actCode }.map(\.code)
        let isIn = codes.contains("OPTIN") || codes.contains("OPTINR")
        let isOut = codes.contains("OPTOUT") || codes.contains("OPTOUTE")
        guard !(isIn && isOut) else {
            throw ConsentFault("its policyRule opts in and out at once")
        }
        guard isIn || isOut else { return nil }
        return PolicyBase(
            effect: isIn ? .permit : .deny, needsProvision: codes.contains("OPTINR"))
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

extension ConsentProvision {
    /// Whether it applies to everybody, everything and every purpose as long as its period lasts.
    fileprivate var hasNoCondition: Bool {
        actors.isEmpty && purposes.isEmpty && actions.isEmpty && content.isEmpty
    }
}
