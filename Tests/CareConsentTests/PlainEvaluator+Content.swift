import CareModel

extension PlainEvaluator {
    /// Who it is about, who the parties are and where: no clinical content unless it is labelled.
    func isFrame(_ resource: ContentResource) -> Bool {
        let types = [
            "Endpoint", "HealthcareService", "Location", "MessageHeader", "Organization",
            "Patient", "Practitioner", "PractitionerRole", "Schedule", "Slot",
        ]
        return types.contains(resource.type) && resource.securityLabels.isEmpty
    }

    /// Whether the provision is about the resource: label and class and code and data and time.
    ///
    /// For the frame doubt never counts, and a permission always includes it.
    func isAbout(_ tree: Tree, _ resource: ContentResource) -> Bool {
        let provision = tree.provision
        guard provision.looksAtContent else { return true }
        var truths: [PlainTruth] = []
        if !provision.labels.isEmpty {
            truths.append(
                .any(
                    provision.labels.map {
                        isLabelled(resource, coding($0), for: tree.effect)
                    }))
        }
        if !provision.classes.isEmpty {
            truths.append(.any(provision.classes.map { has(resource.classes, coding($0)) }))
        }
        if !provision.codes.isEmpty {
            truths.append(.any(provision.codes.map { has(resource.codes, coding($0)) }))
        }
        if !provision.data.isEmpty {
            truths.append(
                .any(
                    provision.data.map {
                        means($0, resource, in: tree.consent, for: tree.effect)
                    }))
        }
        if let period = provision.dataPeriod {
            truths.append(wasMade(resource, in: period, for: tree.effect))
        }
        let truth = PlainTruth.all(truths)
        if isFrame(resource) { return tree.effect == .permit || truth == .yes }
        return truth == .maybe && mistake == .doubtNeverCounts
            ? false : truth.counts(for: tree.effect)
    }

    /// Confidentiality is a high-water mark: permission for a level includes the lower ones,
    /// prohibition of one the higher ones.
    private func isLabelled(
        _ resource: ContentResource, _ label: Coding, for effect: ConsentEffect
    ) -> PlainTruth {
        guard label.system == CodeSystem.confidentiality else {
            if label.code == "" || resource.securityLabels.isEmpty { return .maybe }
            return resource.securityLabels.contains(label) ? .yes : .no
        }
        let ladder = ["U", "L", "M", "N", "R", "V"]
        guard let step = ladder.firstIndex(of: label.code) else { return .maybe }
        let own = resource.securityLabels.filter { $0.system == CodeSystem.confidentiality }
        // An unknown level may be the highest.
        let highest = own.map { ladder.firstIndex(of: $0.code) ?? 5 }.max()
        let unlabelled = isFrame(resource) ? "U" : mistake == .unlabelledIsNormal ? "N" : "R"
        let level = highest ?? ladder.firstIndex(of: unlabelled) ?? 5
        if mistake == .highWaterMarkIgnored { return level == step ? .yes : .no }
        return (effect == .permit ? level <= step : level >= step) ? .yes : .no
    }

    /// Whether a code is there; without another of the same system nobody can tell.
    private func has(_ present: [Coding], _ code: Coding) -> PlainTruth {
        if code.code == "" { return .maybe }
        if present.contains(code) { return .yes }
        return present.contains { $0.system == code.system } ? .no : .maybe
    }

    /// Whether content is of the period: wholly for a permission, in part for a prohibition.
    private func wasMade(
        _ resource: ContentResource, in period: PlainPeriod, for effect: ConsentEffect
    ) -> PlainTruth {
        guard let made = resource.period else { return .maybe }
        let first = made.start?.instant.milliseconds ?? .min
        let last = made.end?.instant.milliseconds ?? .max
        let (from, until) = span(period, for: effect)
        if effect == .permit {
            return (from ?? .min) <= first && last <= (until ?? .max) ? .yes : .no
        }
        return first < (until ?? .max) && (from ?? .min) < last ? .yes : .no
    }

    /// Whether a pointer means the resource; of several by one name a permission means one, and
    /// nobody can tell which.
    private func means(
        _ data: PlainData, _ resource: ContentResource, in consent: PlainConsent,
        for effect: ConsentEffect
    ) -> PlainTruth {
        let truth = points(data, at: resource, in: consent)
        let namesakes = question.content.filter {
            $0.references.contains(data.target.reference ?? "")
        }
        return effect == .permit && truth == .yes && namesakes.count > 1 ? .maybe : truth
    }

    private func points(
        _ data: PlainData, at resource: ContentResource, in consent: PlainConsent
    ) -> PlainTruth {
        guard let target = data.target.reference, !target.hasPrefix("#"),
            !target.contains("Group/")
        else { return .maybe }
        switch data.meaning {
        case "instance": return isSame(resource, target)
        case "authoredby":
            if resource.authors.isEmpty { return .maybe }
            return .any(resource.authors.map { leads($0, to: target) })
        case "related", "dependents":
            let references = resource.related + resource.authors
            var truths = [isSame(resource, target)] + references.map { leads($0, to: target) }
            // What the target itself refers to.
            let targets = question.content.filter { $0.references.contains(target) }
            let reached = targets.flatMap(\.related)
            if resource.references.contains(where: reached.contains) { truths.append(.yes) }
            return .any(truths)
        default: return .maybe
        }
    }

    /// All names of what goes by `name`: a bundle may call a resource by a temporary name in one
    /// place and by its own in another.
    private func names(of name: String) -> Set<String> {
        question.content.filter { $0.references.contains(name) }
            .reduce(into: [name]) { $0.formUnion($1.references) }
    }

    private func leads(_ reference: String, to target: String) -> PlainTruth {
        if names(of: target).contains(reference) { return .yes }
        if names(of: target).contains(where: { looksLike($0, reference) }) { return .maybe }
        let isKnown = question.content.contains { $0.references.contains(reference) }
        // A temporary name of something that is not here may be that of anything.
        return reference.hasPrefix("urn:") && !isKnown ? .maybe : .no
    }

    private func isSame(_ resource: ContentResource, _ target: String) -> PlainTruth {
        if resource.references.contains(target) { return .yes }
        if parts(target).count > 1, parts(target).suffix(2).first != resource.type[...] {
            return .no
        }
        if resource.references.contains(where: { looksLike($0, target) }) { return .maybe }
        return resource.references.contains { !$0.hasPrefix("urn:") } ? .no : .maybe
    }

    /// Whether two references end alike, so that they may be names of the same on two servers.
    private func looksLike(_ one: String, _ other: String) -> Bool {
        parts(one).count > 1 && parts(one).suffix(2) == parts(other).suffix(2)
    }
}
