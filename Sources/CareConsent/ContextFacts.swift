internal import CareModel

/// Is a request prepared for comparison with many rules.
///
/// A class, because many places look at it and copying it would cost more than that.
final class ContextFacts {
    let time: Timestamp
    let categories: [Coding]
    let classes: [Coding]
    private let requesters: [CompiledActor]
    private let coveringPurposes: [Coding]
    /// The system of all purposes; nil if they have none in common.
    private let purposeSystem: String?
    private let hasUnknownPurpose: Bool
    private let actionCodes: [Coding]
    private let hasUnknownAction: Bool

    init(_ request: ConsentRequest) {
        time = request.time
        categories = request.categories
        classes = request.classes
        requesters = request.actors.map { CompiledActor($0) }
        coveringPurposes = request.purposes.flatMap { PurposeTable.covering($0) }
        let system = coveringPurposes.first?.system
        purposeSystem = coveringPurposes.allSatisfy { $0.system == system } ? system : nil
        hasUnknownPurpose = request.purposes.contains { !PurposeTable.knows($0) }
        actionCodes = request.actions.map { $0.canonical }
        hasUnknownAction = actionCodes.contains { !Self.isKnown(action: $0) }
    }

    /// What a provision's context has to do with the request.
    struct Fit {
        var match = Match.yes
        var met: Verdict.Conditions = []
        var notMet: Verdict.Conditions = []
        var unresolved: Verdict.Conditions = []

        mutating func take(_ answer: Match, _ condition: Verdict.Conditions) {
            match = match.and(answer)
            switch answer {
            case .yes: met.insert(condition)
            case .no: notMet.insert(condition)
            case .unknown: unresolved.insert(condition)
            }
        }
    }

    /// Compares actor, purpose, action and period, all of which must fit.
    func fit(_ rule: CompiledRule) -> Fit {
        var fit = Fit()
        if let period = rule.period {
            fit.take(period.contains(time, for: rule.effect) ? .yes : .no, .period)
        }
        if !rule.actors.isEmpty { fit.take(actors(rule.actors, rule.effect), .actor) }
        if !rule.purposes.isEmpty { fit.take(purposes(rule.purposes), .purpose) }
        if !rule.actions.isEmpty { fit.take(actions(rule.actions), .action) }
        return fit
    }

    private func actors(_ actors: [CompiledActor], _ effect: ConsentEffect) -> Match {
        guard !requesters.isEmpty else { return .unknown }
        return actors.reduce(Match.no) {
            $0 == .yes ? $0 : $0.or($1.matches(requesters, at: time, for: effect))
        }
    }

    private func purposes(_ purposes: [RuleTerm]) -> Match {
        guard !coveringPurposes.isEmpty else { return .unknown }
        var answer: Match = hasUnknownPurpose ? .unknown : .no
        for purpose in purposes {
            let own = purpose.coding
            if coveringPurposes.contains(own), !own.code.isEmpty { return .yes }
            // A purpose of the request in another system might be this one.
            if !purpose.isKnown || purposeSystem != own.system {
                answer = .unknown
            }
        }
        return answer
    }

    private func actions(_ actions: [RuleTerm]) -> Match {
        guard !actionCodes.isEmpty else { return .unknown }
        var answer: Match = hasUnknownAction ? .unknown : .no
        for action in actions {
            let own = action.coding
            if actionCodes.contains(own), !own.code.isEmpty { return .yes }
            if !action.isKnown { answer = .unknown }
        }
        return answer
    }

    /// Whether `action` is one of those FHIR lists.
    static func isKnown(action: Coding) -> Bool {
        guard action.system == CodeSystem.action else { return false }
        return switch action.code {
        case "collect", "access", "use", "disclose", "correct": true
        default: false
        }
    }

}
