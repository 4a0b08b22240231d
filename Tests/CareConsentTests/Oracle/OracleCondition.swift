/// What a provision's content conditions are asked about.
enum OracleSubject {
    /// A resource that would be released.
    case resource(OracleJSON)
    /// A resource that might be there: its type, its confidentiality, and which other conditions
    /// it meets. With it the oracle finds whether a directive lets anything go.
    case imagined(OracleResource)
}

struct OracleResource {
    var type: String
    var level: Int
    var facts: [String: Bool]
}

/// One condition of a provision on content.
struct OracleCondition {
    enum Kind: String { case label, contentClass, code, data, dataPeriod, documentType, expression }

    let kind: Kind
    let values: [OracleJSON]
    /// For each value, the name of the fact that it holds, where it is not about a known level of
    /// confidentiality or a resource type.
    let facts: [String]

    init(kind: Kind, values: [OracleJSON]) {
        self.kind = kind
        self.values = values
        facts = values.map { "\(kind.rawValue) \($0.canonical)" }
    }

    /// All content conditions of a provision.
    ///
    /// R5 split `class` into `documentType` and `resourceType`.
    static func all(of provision: OracleJSON) -> [OracleCondition] {
        var all: [OracleCondition] = []
        func add(_ kind: Kind, _ name: String) {
            guard let value = provision[name] else { return }
            all.append(.init(kind: kind, values: value.items.isEmpty ? [value] : value.items))
        }
        add(.label, "securityLabel")
        add(.contentClass, "class")
        add(.contentClass, "resourceType")
        add(.code, "code")
        add(.data, "data")
        add(.dataPeriod, "dataPeriod")
        add(.documentType, "documentType")
        add(.expression, "expression")
        return all
    }
}

extension TwoValuedConsent {
    /// Do all content conditions of the provision hold? Values OR, attributes AND.
    func contentFits(_ provision: Provision, _ subject: OracleSubject) -> Bool {
        provision.conditions.allSatisfy { condition in
            condition.values.indices.contains { fits($0, condition, provision.effect, subject) }
        }
    }

    private func fits(
        _ place: Int, _ condition: OracleCondition, _ effect: Effect, _ subject: OracleSubject
    ) -> Bool {
        let value = condition.values[place]
        switch subject {
        case .imagined(let imagined):
            if condition.kind == .label, let level = Self.level(value) {
                return reaches(level, imagined.level, effect)
            }
            if condition.kind == .contentClass, let type = Self.resourceType(value) {
                return type == imagined.type
            }
            return imagined.facts[condition.facts[place]] ?? false
        case .resource(let resource):
            switch condition.kind {
            case .label: return isLabelled(resource, value, effect)
            case .contentClass: return isOf(value, resource)
            case .code: return isCoded(resource, value)
            case .data: return isData(resource, value)
            case .dataPeriod: return isData(of: resource, in: value)
            case .documentType, .expression:
                return open(.expression, "\(condition.facts[place]) \(Self.name(resource))")
            }
        }
    }

    static func level(_ label: OracleJSON) -> Int? {
        guard label.text("system") == OracleCodes.confidentiality else { return nil }
        return label.text("code").flatMap { OracleCodes.levels.firstIndex(of: $0) }
    }

    static func resourceType(_ coding: OracleJSON) -> String? {
        coding.text("system") == OracleCodes.resourceTypes ? coding.text("code") : nil
    }

    static func name(_ resource: OracleJSON) -> String {
        "\(resource.text("resourceType") ?? "?")/\(resource.text("id") ?? "?")"
    }

    /// Confidentiality is a high-water mark: leave for R is leave for R and lower, refusal of R is
    /// refusal of R and higher.
    private func reaches(_ rule: Int, _ content: Int, _ effect: Effect) -> Bool {
        if faults.contains(.labelsAreExact) { return rule == content }
        return effect == .permit ? content <= rule : content >= rule
    }

    private func isLabelled(_ resource: OracleJSON, _ label: OracleJSON, _ effect: Effect) -> Bool {
        let labels = resource["meta"]?.items("security") ?? []
        let isLabelled = !labels.isEmpty || request["contentLabelled"]?.flag == true
        let question = "\(Self.name(resource)) \(label.canonical)"
        if label.text("system") == OracleCodes.confidentiality {
            let coded = labels.filter { $0.text("system") == OracleCodes.confidentiality }
            let levels = coded.map { Self.level($0) }
            guard let rule = Self.level(label), !levels.contains(nil) else {
                return open(.label, question)
            }
            // Without a label: restricted, or normal where the row says that all is labelled.
            let unlabelled = request["contentLabelled"]?.flag == true ? 3 : 4
            return reaches(rule, levels.compactMap { $0 }.max() ?? unlabelled, effect)
        }
        guard let code = label.text("code"), let system = label.text("system") else {
            return open(.label, question)
        }
        let isFound = labels.contains { own in
            guard own.text("system") == system, let ownCode = own.text("code") else { return false }
            return OracleCodes.isOrIsUnder(ownCode, code, in: OracleCodes.sensitivityParents)
        }
        if isFound { return true }
        if isLabelled || faults.contains(.unlabelledIsHarmless) { return false }
        return open(.label, question)
    }

    private func isOf(_ coding: OracleJSON, _ resource: OracleJSON) -> Bool {
        if let type = Self.resourceType(coding) { return type == resource.text("resourceType") }
        return open(.contentClass, "\(Self.name(resource)) \(coding.canonical)")
    }

    // R4: "If this code is found in an instance, then the rule applies."
    private func isCoded(_ resource: OracleJSON, _ concept: OracleJSON) -> Bool {
        let question = "\(Self.name(resource)) \(concept.canonical)"
        let wanted = concept.items("coding")
        let body = resource.with("meta", nil)
        let inside = body.everything.filter { $0["code"]?.text != nil }
        let isFound = wanted.contains { coding in
            inside.contains {
                $0.text("code") == coding.text("code") && $0.text("system") == coding.text("system")
                    && coding["system"] != nil
            }
        }
        if isFound { return true }
        if faults.contains(.uncodedIsDifferent) { return false }
        // Codes of the same system on the thing itself tell that it is something else.
        let own = Set((resource["code"]?.items("coding") ?? []).compactMap { $0.text("system") })
        let isComparable = wanted.contains { own.contains($0.text("system") ?? "") }
        return isComparable ? false : open(.code, question)
    }

    private func isData(_ resource: OracleJSON, _ data: OracleJSON) -> Bool {
        let question = "\(Self.name(resource)) \(data.canonical)"
        guard let reference = data["reference"] else { return open(.data, question) }
        switch data.text("meaning") {
        case "instance": return isInstance(resource, reference, question)
        case "dependents":
            return isInstance(resource, reference, question)
                || refers(resource, to: reference, question)
        case "related":
            // R4: the thing and what it refers to. IHE PCF: also what refers to the thing.
            if isInstance(resource, reference, question) { return true }
            if refers(resource, to: reference, question) { return true }
            guard let target = reference.text("reference"), let thing = atHand(target) else {
                return false
            }
            return refers(thing, to: ["reference": .text(Self.name(resource))], question)
        case "authoredby": return isAuthored(resource, by: reference, question)
        default: return open(.data, question)
        }
    }

    private func atHand(_ target: String) -> OracleJSON? {
        references?[target] ?? request.items("content").first { Self.name($0) == target }
    }

    private func isInstance(_ resource: OracleJSON, _ reference: OracleJSON, _ question: String)
        -> Bool
    {
        var own = OracleName(["reference": .text(Self.name(resource))], known: nil)
        own.tokens = OracleName.tokens(of: resource)
        switch OracleName(reference, known: references).compare(
            with: own, ignoringBases: readings.basesAreIgnored)
        {
        case .same: return true
        case .different: return false
        case .unknown:
            // Another type of resource is another resource; a name without a type may be this one.
            let types = OracleName(reference, known: references).pointers.map(\.type)
            let type = resource.text("resourceType") ?? ""
            return types.isEmpty || types.contains(type) ? open(.data, question) : false
        }
    }

    private func refers(_ resource: OracleJSON, to reference: OracleJSON, _ question: String)
        -> Bool
    {
        let wanted = OracleName(reference, known: references)
        let inside = resource.everything.filter { $0["reference"]?.text != nil }
        let comparisons = inside.map {
            wanted.compare(with: OracleName($0, known: references), ignoringBases: false)
        }
        if comparisons.contains(.same) { return true }
        let type = wanted.pointers.first?.type
        let isPlain = wanted.pointers.first?.base == ""
        // An absolute or logical name of what may be the same thing.
        let isOpen = zip(inside, comparisons).contains { item, comparison in
            guard comparison == .unknown else { return false }
            let its = OracleName(item, known: references).pointers.first
            return type == nil || its == nil || (its?.type == type && (!isPlain || its?.base != ""))
        }
        return isOpen ? open(.data, question) : false
    }

    private func isAuthored(_ resource: OracleJSON, by author: OracleJSON, _ question: String)
        -> Bool
    {
        let fields = ["performer", "author", "recorder", "asserter"]
        let authors = fields.compactMap { resource[$0] }
            .flatMap { $0.items.isEmpty ? [$0] : $0.items }
        let wanted = OracleName(author, known: references)
        let comparisons = authors.map {
            OracleName($0, known: references)
                .compare(with: wanted, ignoringBases: readings.basesAreIgnored)
        }
        if comparisons.contains(.same) { return true }
        return comparisons.contains(.different) ? false : open(.data, question)
    }
}
