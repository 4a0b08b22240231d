internal import CareModel

/// Is a request prepared for comparison with many rules.
struct ContextFacts {
    let request: ConsentRequest
    private let coveringPurposes: [Coding]
    private let purposeSystems: [String]
    private let hasUnknownPurpose: Bool
    private let actionCodes: [Coding]

    init(_ request: ConsentRequest) {
        self.request = request
        coveringPurposes = request.purposes.flatMap { PurposeTable.covering($0) }
        purposeSystems = coveringPurposes.map { $0.system }
        hasUnknownPurpose = request.purposes.contains { !PurposeTable.knows($0) }
        actionCodes = request.actions.map { Self.canonical($0) }
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
    func fit(_ provision: ConsentProvision, effect: ConsentEffect) -> Fit {
        var fit = Fit()
        if let period = provision.period {
            fit.take(period.contains(request.time, for: effect) ? .yes : .no, .period)
        }
        if !provision.actors.isEmpty { fit.take(actors(provision.actors), .actor) }
        if !provision.purposes.isEmpty { fit.take(purposes(provision.purposes), .purpose) }
        if !provision.actions.isEmpty { fit.take(actions(provision.actions), .action) }
        return fit
    }

    private func actors(_ actors: [ConsentActor]) -> Match {
        guard !request.actors.isEmpty else { return .unknown }
        return actors.reduce(Match.no) {
            $0 == .yes ? $0 : $0.or($1.matches(request.actors, at: request.time))
        }
    }

    private func purposes(_ purposes: [Coding]) -> Match {
        guard !request.purposes.isEmpty else { return .unknown }
        var answer: Match = hasUnknownPurpose ? .unknown : .no
        for purpose in purposes {
            let own = Self.canonical(purpose)
            if coveringPurposes.contains(own), !own.code.isEmpty { return .yes }
            // A code of a system the request does not use cannot be compared with it.
            if !PurposeTable.knows(own) || !purposeSystems.contains(own.system) {
                answer = .unknown
            }
        }
        return answer
    }

    private func actions(_ actions: [Coding]) -> Match {
        guard !actionCodes.isEmpty else { return .unknown }
        var answer = Match.no
        for action in actions {
            let own = Self.canonical(action)
            if actionCodes.contains(own), !own.code.isEmpty { return .yes }
            let isKnown = own.system == CodeSystem.action && Self.knownActions.contains(own.code)
            if !isKnown { answer = .unknown }
        }
        return answer
    }

    private static func canonical(_ coding: Coding) -> Coding {
        Coding(system: CodeSystem.canonical(coding.system), code: coding.code)
    }

    private static let knownActions: Set<String> = [
        "collect", "access", "use", "disclose", "correct",
    ]
}
