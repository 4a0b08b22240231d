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
}

/// Is a resource prepared for comparison with content conditions.
struct ContentFacts {
    let content: ContentResource
    /// The whole release, for pointers that lead through another resource of it.
    let release: ReleaseIndex
    private let links: ReleaseIndex.Links
    /// Whether the resource is part of the frame and carries no label of its own.
    let isFrame: Bool
    /// The highest level among the labels; nil if one of them is not known.
    ///
    /// None counts as restricted.
    private let confidentiality: Int?
    /// The labels with those each is a kind of.
    private let labels: Set<Coding>

    /// - Parameter place: where the resource stands in the release.
    init(content: ContentResource, at place: Int, in release: ReleaseIndex) {
        self.content = content
        self.release = release
        links = release.links(at: place)
        labels = SensitivityTree.widened(content.securityLabels)
        isFrame = content.securityLabels.isEmpty && Self.frameTypes.contains(content.type)
        var highest: Int?
        var isKnown = true
        for label in content.securityLabels where label.system == CodeSystem.confidentiality {
            guard let rank = Confidentiality.rank(label.code) else {
                isKnown = false
                break
            }
            highest = max(highest ?? rank, rank)
        }
        confidentiality =
            isKnown ? highest ?? (isFrame ? 0 : Confidentiality.restricted) : nil
    }

    /// Whether `condition` fits in the way a rule of `effect` needs it.
    ///
    /// The frame of a release, who it is about and who and where the parties are, is not clinical
    /// content: for it, doubt fits neither way and a permission needs no fit, so only what clearly
    /// names it keeps it back.
    ///
    /// - Parameter doubts: assumes an answer where the comparison leaves doubt; nil leaves it open.
    func fits(
        _ condition: ContentCondition, for effect: ConsentEffect, path: String,
        _ doubts: ContentDoubts?
    ) -> Match {
        guard !condition.isEmpty else { return .yes }
        let open = fits(condition, Comparison(effect: effect, path: path, doubts: nil))
        if isFrame { return effect == .permit || open == .yes ? .yes : .no }
        guard open == .unknown, let doubts else { return open }
        return fits(condition, Comparison(effect: effect, path: path, doubts: doubts))
    }

    /// Compares attribute by attribute, until one does not fit.
    private func fits(_ condition: ContentCondition, _ comparison: Comparison) -> Match {
        var answer = Match.yes
        if !condition.securityLabels.isEmpty {
            answer = answer.and(labels(condition.securityLabels, comparison))
        }
        if !condition.classes.isEmpty, answer != .no {
            answer = answer.and(
                codes(condition.classes, .contentClass, among: content.classes, comparison))
        }
        if !condition.documentTypes.isEmpty, answer != .no {
            answer = answer.and(
                codes(condition.documentTypes, .documentType, among: content.classes, comparison))
        }
        if !condition.codes.isEmpty, answer != .no {
            answer = answer.and(codes(condition.codes, .code, among: content.codes, comparison))
        }
        if !condition.data.isEmpty, answer != .no {
            answer = answer.and(data(condition.data, comparison))
        }
        if let period = condition.dataPeriod, answer != .no {
            let doubt = ContentDoubt.period(period)
            let isUnread = period.isUnread
            answer = answer.and(
                comparison.settle(
                    period.covers(content.period),
                    isUnread ? .unreadable(comparison.path, .dataPeriod, 0) : doubt))
        }
        if let expression = condition.expression, answer != .no {
            answer = answer.and(comparison.settle(.unknown, .expression(expression)))
        }
        return answer
    }

    private static let frameTypes: Set<String> = [
        "Endpoint", "HealthcareService", "Location", "MessageHeader", "Organization", "Patient",
        "Practitioner", "PractitionerRole", "Schedule", "Slot",
    ]

    /// High-water mark: a permission up to a level covers what is below it, a prohibition from a
    /// level covers what is above it.
    private func labels(_ labels: [Coding], _ comparison: Comparison) -> Match {
        comparison.any(labels) { label, place in
            if label.code.isEmpty { return (.unknown, .unreadable(comparison.path, .label, place)) }
            guard label.system == CodeSystem.confidentiality else {
                return (sensitivity(label), .label(label))
            }
            return (level(label, for: comparison.effect), .level(label, comparison.effect))
        }
    }

    private func level(_ label: Coding, for effect: ConsentEffect) -> Match {
        guard let rank = Confidentiality.rank(label.code), let confidentiality else {
            return .unknown
        }
        let fits = effect == .permit ? confidentiality <= rank : confidentiality >= rank
        return fits ? .yes : .no
    }

    private func sensitivity(_ label: Coding) -> Match {
        guard content.wasLabelled || !content.securityLabels.isEmpty else { return .unknown }
        if labels.contains(label) { return .yes }
        let perhaps = SensitivityTree.perhaps(content.securityLabels)
        return perhaps.contains(label) ? .unknown : .no
    }

    /// Compares codes; a system the resource does not use cannot be compared.
    private func codes(
        _ wanted: [Coding], _ attribute: ContentDoubt.Attribute, among present: [Coding],
        _ comparison: Comparison
    ) -> Match {
        comparison.any(wanted) { code, place in
            guard !code.code.isEmpty else {
                return (.unknown, .unreadable(comparison.path, attribute, place))
            }
            if present.contains(code) { return (.yes, .code(code, attribute)) }
            let isComparable = present.contains { $0.system == code.system }
            return (isComparable ? .no : .unknown, .code(code, attribute))
        }
    }

    private func data(_ data: [ConsentData], _ comparison: Comparison) -> Match {
        comparison.any(data) { data, place in
            let isNamed = data.target.reference != nil && data.target.isResolved
            let found = pointer(data)
            // Of several by one name a rule means one, and nobody can tell which.
            let isInDoubt =
                found == .yes
                && data.target.reference.map { release.target($0).isShared } == true
            return (
                isInDoubt ? .unknown : found,
                isNamed ? .data(data) : .unreadable(comparison.path, .data, place)
            )
        }
    }

    private func pointer(_ data: ConsentData) -> Match {
        guard let name = data.target.reference, data.target.isResolved else { return .unknown }
        switch data.meaning {
        case .unknown:
            return .unknown
        case .authoredBy:
            return release.isAuthor(links.authors, release.target(name))
        case .instance:
            return release.isItself(links.references, type: content.type, release.target(name))
        case .related, .dependents:
            let target = release.target(name)
            if links.references.contains(where: target.related.contains) { return .yes }
            let itself = release.isItself(links.references, type: content.type, target)
            return [links.related, links.authors].joined().reduce(itself) {
                $0.or(release.leads($1, to: target))
            }
        }
    }
}
