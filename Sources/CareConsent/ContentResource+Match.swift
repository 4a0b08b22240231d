internal import CareModel

/// Orders confidentiality: a resource is as confidential as its highest label.
enum Confidentiality {
    static func rank(_ code: String) -> Int? {
        switch code {
        case "U": 0
        case "L": 1
        case "M": 2
        case "N": 3
        case "R": 4
        case "V": 5
        default: nil
        }
    }
    static let restricted = 4
    static let highest = 5
}

/// Is a resource prepared for comparison with content conditions.
struct ContentFacts {
    let content: ContentResource
    /// The release's other resources, for pointers that lead through one of them.
    let others: [ContentResource]
    /// Whether the resource is part of the frame and carries no label of its own.
    let isFrame: Bool
    /// The highest level among the labels.
    ///
    /// None counts as restricted, an unknown one as the highest.
    private let confidentiality: Int

    init(content: ContentResource, others: [ContentResource]) {
        self.content = content
        self.others = others
        isFrame = content.securityLabels.isEmpty && Self.frameTypes.contains(content.type)
        var highest: Int?
        for label in content.securityLabels where label.system == CodeSystem.confidentiality {
            let rank = Confidentiality.rank(label.code) ?? Confidentiality.highest
            highest = max(highest ?? rank, rank)
        }
        confidentiality = highest ?? (isFrame ? 0 : Confidentiality.restricted)
    }

    /// Whether `condition` fits in the way a rule of `effect` needs it.
    ///
    /// Doubt fits a prohibition and no permission. The frame of a release, who it is about and who
    /// and where the parties are, is not clinical content: for it, doubt fits neither way and a
    /// permission needs no fit, so only what clearly names it keeps it back.
    func fits(_ condition: ContentCondition, for effect: ConsentEffect) -> Bool {
        guard !condition.isEmpty else { return true }
        var answer = Match.yes
        if !condition.securityLabels.isEmpty {
            answer = answer.and(labels(condition.securityLabels, for: effect))
        }
        if !condition.classes.isEmpty {
            answer = answer.and(codes(condition.classes, among: content.classes))
        }
        if !condition.codes.isEmpty {
            answer = answer.and(codes(condition.codes, among: content.codes))
        }
        if !condition.data.isEmpty { answer = answer.and(data(condition.data)) }
        if let period = condition.dataPeriod {
            answer = answer.and(period.covers(content.period, for: effect))
        }
        guard isFrame else { return answer.counts(for: effect) }
        return effect == .permit || answer == .yes
    }

    private static let frameTypes: Set<String> = [
        "Endpoint", "HealthcareService", "Location", "MessageHeader", "Organization", "Patient",
        "Practitioner", "PractitionerRole", "Schedule", "Slot",
    ]

    /// High-water mark: a permission up to a level covers what is below it, a prohibition from a
    /// level covers what is above it.
    private func labels(_ labels: [Coding], for effect: ConsentEffect) -> Match {
        let level = confidentiality
        return labels.reduce(Match.no) { soFar, label in
            guard label.system == CodeSystem.confidentiality else {
                return soFar.or(sensitivity(label))
            }
            guard let rank = Confidentiality.rank(label.code) else { return soFar.or(.unknown) }
            let fits = effect == .permit ? level <= rank : level >= rank
            return soFar.or(fits ? .yes : .no)
        }
    }

    private func sensitivity(_ label: Coding) -> Match {
        guard !label.code.isEmpty, content.wasLabelled || !content.securityLabels.isEmpty else {
            return .unknown
        }
        return content.securityLabels.contains(label) ? .yes : .no
    }

    /// Compares codes; a system the resource does not use cannot be compared.
    private func codes(_ wanted: [Coding], among present: [Coding]) -> Match {
        wanted.reduce(Match.no) { soFar, code in
            guard !code.code.isEmpty else { return soFar.or(.unknown) }
            if present.contains(code) { return .yes }
            let comparable = present.contains { $0.system == code.system }
            return soFar.or(comparable ? .no : .unknown)
        }
    }

    private func data(_ data: [ConsentData]) -> Match {
        data.reduce(Match.no) { $0.or(pointer($1)) }
    }

    private func pointer(_ data: ConsentData) -> Match {
        guard let target = data.target.reference, data.target.isResolved else { return .unknown }
        switch data.meaning {
        case .unknown:
            return .unknown
        case .authoredBy:
            guard !content.authors.isEmpty else { return .unknown }
            let names = names(of: target)
            return content.authors.reduce(Match.no) { $0.or(leads($1, to: names)) }
        case .instance:
            return isItself(target)
        case .related, .dependents:
            let names = names(of: target)
            let isReferredTo = others.contains { other in
                other.references.contains(target)
                    && content.references.contains { other.related.contains($0) }
            }
            if isReferredTo { return .yes }
            let ownReferences = [content.related, content.authors].joined()
            return ownReferences.reduce(isItself(target)) { $0.or(leads($1, to: names)) }
        }
    }

    /// All names of what goes by `target`; a bundle may use a temporary one in one place and the
    /// resource's own in another.
    private func names(of target: String) -> [String] {
        others.reduce(into: [target]) { names, other in
            if other.references.contains(target) { names += other.references }
        }
    }

    /// Whether `reference` leads to what goes by `names`.
    ///
    /// Two servers may use the same id for different resources, and a temporary name of something
    /// that is not in the release may be anything's.
    private func leads(_ reference: String, to names: [String]) -> Match {
        if names.contains(reference) { return .yes }
        if names.contains(where: { Self.looksLike($0, reference) }) { return .unknown }
        guard reference.hasPrefix("urn:") else { return .no }
        return others.contains { $0.references.contains(reference) } ? .no : .unknown
    }

    private static func looksLike(_ one: String, _ other: String) -> Bool {
        ReferenceText.type(of: one) != nil
            && ReferenceText.tail(of: one) == ReferenceText.tail(of: other)
    }

    private func isItself(_ target: String) -> Match {
        if content.references.contains(target) { return .yes }
        if let type = ReferenceText.type(of: target), type != content.type { return .no }
        if content.references.contains(where: { Self.looksLike($0, target) }) { return .unknown }
        // A resource that goes by temporary names only may be the one that is meant.
        return content.references.contains { !$0.hasPrefix("urn:") } ? .no : .unknown
    }
}
