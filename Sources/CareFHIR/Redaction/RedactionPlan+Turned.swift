extension RedactionPlan {
    /// How often what would be turned round is looked for; a document made so that it never ends
    /// has no copy.
    static let roundLimit = 8

    /// The plan that takes out the parts at `places`, and with them every resource that would stay
    /// without an element that changes what the rest of it means: a refuted allergy must not become
    /// an allergy, nor a finding of somebody else one of the patient's.
    ///
    /// - Returns: the plan with all places that it takes out as parts; nil if what would be turned
    ///   round cannot be taken out.
    static func takingOut(
        _ places: [Int], of parts: DocumentParts
    ) -> (plan: RedactionPlan, places: [Int])? {
        var places = places
        for _ in 0..<roundLimit {
            var plan = RedactionPlan(parts)
            let taken = plan.takeOut(places)
            guard let turned = plan.turnedParts() else { return nil }
            if turned.isEmpty { return (plan, taken) }
            places += turned
        }
        return nil
    }

    /// The parts that would stay without what turns them round; nil if one of them is no part.
    private func turnedParts() -> [Int]? {
        let resources = touchedResources
        guard !resources.isEmpty else { return [] }
        let isCovered = isCovered
        var unit: [Int: Int] = [:]
        for (number, part) in parts.parts.enumerated() {
            guard let resource = part.resource else { continue }
            unit[resource] = number
            unit[part.slots[0]] = number
        }
        let subjects = DocumentSubjects(tree)
        var turned: Set<Int> = []
        for resource in resources where !isCovered[resource] {
            let value = tree.value(resource)
            guard let type = value["resourceType"]?.string else { continue }
            let elements = ModifierElements(
                of: value, type: type, and: ModifierElements.alsoTurning)
            for finding in elements.findings {
                // What goes with all that it is about turns nothing round.
                let isAboutAll = ModifierElements.ofResource.contains(finding.path)
                let isHolderGone = isCovered[finding.holder.index]
                guard !OrdinaryValues.isTitle.contains("\(type).\(finding.path)"),
                    isHolderGone ? isAboutAll : hasLost(finding, of: type, subjects)
                else { continue }
                guard let part = around(finding.holder.index).lazy.compactMap({ unit[$0] }).first
                else { return nil }
                turned.insert(part)
            }
        }
        return turned.sorted()
    }

    /// The resources that have a container that does not just stay.
    private var touchedResources: Set<Int> {
        var resources: Set<Int> = []
        for place in 0..<tree.count where isTouched[place] {
            if let resource = tree.resource(around: place) { resources.insert(resource) }
        }
        return resources
    }

    /// The value at `place` and the containers around it, from the inside out.
    private func around(_ place: Int) -> some Sequence<Int> {
        sequence(first: place) { tree.parent(of: $0) }
    }

    private func hasLost(
        _ finding: ModifierElements.Finding, of type: String, _ subjects: DocumentSubjects
    ) -> Bool {
        guard let value = finding.value else {
            return finding.primitive.map { lacks($0.index, of: finding) } ?? false
        }
        guard Self.subjectNames.contains(finding.name) else {
            return lacks(value.index, of: finding)
        }
        if finding.name == "focus", DocumentSubjects.focusIsNoSubject.contains(type) {
            return false
        }
        // What no longer says that it is about the patient is taken to be.
        let isGone = fates[value.index] != .kept
        return value.listed.contains { subject in
            guard isGone || lacks(subject.index, of: finding) else { return false }
            guard subject.isObject else { return true }
            if case .patient = subjects.target(of: subject) { return false }
            return true
        }
    }

    private static let subjectNames: Set = ["subject", "patient", "for", "beneficiary", "focus"]

    /// Whether something of an element is gone that says what the element says.
    private func lacks(_ place: Int, of finding: ModifierElements.Finding) -> Bool {
        if fates[place] != .kept { return true }
        return tree.children(of: place).contains { child in
            if let name = tree.name(of: child) {
                if name.reads("id") || name.begins(with: "_") { return false }
                // What else is said of a value may be left out by FHIR's rules; in a modifier
                // extension it is the value.
                if name.reads("extension"), finding.name != "modifierExtension" { return false }
                // That a record is replaced says the kind of the link.
                if name.reads("other"), finding.path == "link" { return false }
            }
            return lacks(child, of: finding)
        }
    }
}
