internal import CareModel

/// Is a request prepared for comparison with many rules, in one of the ways its doubts can turn
/// out.
///
/// A class, because many places look at it and copying it would cost more than that.
final class ContextFacts {
    let time: Timestamp
    let categories: [Coding]
    let classes: [Coding]
    /// How the doubts turn out this time.
    var assumptions = Assumptions<ContextDoubt, Verdict.Decision>()
    /// How many rules and actors have been looked at.
    private(set) var effort = 0
    /// The directive that is being asked.
    var directive = 0
    private let recipient: CompiledParty
    private let senderParty: ConsentParty
    private lazy var sender = CompiledParty(senderParty)
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
        recipient = CompiledParty(request.recipient)
        senderParty = request.sender
        coveringPurposes = request.purposes.flatMap { PurposeTable.covering($0) }
        let system = coveringPurposes.first?.system
        purposeSystem = coveringPurposes.allSatisfy { $0.system == system } ? system : nil
        hasUnknownPurpose = request.purposes.contains { !PurposeTable.knows($0) }
        actionCodes = request.actions.map { $0.canonical }
        hasUnknownAction =
            !request.isActionKnown || actionCodes.isEmpty
            || actionCodes.contains { !Self.isKnown(action: $0) }
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

    /// Compares actor, purpose, action and period, all of which must fit, and assumes an answer
    /// where the comparison leaves doubt.
    func fit(_ rule: CompiledRule) -> Fit {
        var fit = openFit(rule)
        guard fit.match == .unknown else { return fit }
        let doubtful = fit.unresolved
        fit.match = .yes
        fit.unresolved = []
        let settling = Settling(path: rule.path)
        if doubtful.contains(.period), let period = rule.period {
            fit.take(holds(period, for: rule.effect, settling), .period)
        }
        if doubtful.contains(.actor), fit.match == .yes {
            fit.take(actors(rule.actors, rule.effect, settling), .actor)
        }
        if doubtful.contains(.purpose), fit.match == .yes {
            fit.take(purposes(rule, settling), .purpose)
        }
        if doubtful.contains(.action), fit.match == .yes {
            fit.take(actions(rule, settling), .action)
        }
        return fit
    }

    /// The same with the doubt left open.
    func openFit(_ rule: CompiledRule) -> Fit {
        effort += 1
        var fit = Fit()
        if let period = rule.period { fit.take(holds(period, for: rule.effect, nil), .period) }
        if !rule.actors.isEmpty { fit.take(actors(rule.actors, rule.effect, nil), .actor) }
        if !rule.purposes.isEmpty { fit.take(purposes(rule, nil), .purpose) }
        if !rule.actions.isEmpty { fit.take(actions(rule, nil), .action) }
        return fit
    }

    // Doubt

    /// Where doubts come up that are to be settled.
    struct Settling {
        let path: String
    }

    /// How a doubt about a directive as a whole turns out.
    func assume(
        _ subject: ContextDoubt.Subject, _ condition: Verdict.Conditions, path: String
    ) -> Bool {
        assumptions.answer(
            ContextDoubt(
                subject: subject, condition: condition, directive: directive, path: path))
    }

    private func settle(
        _ answer: Match, _ settling: Settling?, _ condition: Verdict.Conditions,
        _ subject: @autoclosure () -> ContextDoubt.Subject
    ) -> Match {
        guard answer == .unknown, let settling else { return answer }
        return assume(subject(), condition, path: settling.path) ? .yes : .no
    }

    // Time

    private func holds(
        _ period: ConsentPeriod, for effect: ConsentEffect, _ settling: Settling?
    ) -> Match {
        settle(period.holds(at: time, for: effect), settling, .period, .period(period))
    }

    // Parties

    private func actors(
        _ actors: [CompiledActor], _ effect: ConsentEffect, _ settling: Settling?
    ) -> Match {
        any(actors) { self.actor($0, on: $0.side, effect, settling) }
    }

    private func actor(
        _ actor: CompiledActor, on side: ConsentActor.Side, _ effect: ConsentEffect,
        _ settling: Settling?
    ) -> Match {
        if let period = actor.period {
            let holds = holds(period, for: effect, settling)
            if holds == .no { return .no }
            return holds.and(somebody(actor, on: side, effect, settling))
        }
        return somebody(actor, on: side, effect, settling)
    }

    private func somebody(
        _ actor: CompiledActor, on side: ConsentActor.Side, _ effect: ConsentEffect,
        _ settling: Settling?
    ) -> Match {
        if side == .unplaced {
            return settle(.unknown, settling, .role, .somebody(ObjectIdentifier(actor)))
        }
        if let members = actor.members {
            return any(members) { self.actor($0, on: side, effect, settling) }
        }
        if let parts = actor.parts, !isNamed(actor, on: side) {
            var answer = Match.yes
            for part in parts where answer != .no {
                answer = answer.and(self.actor(part, on: side, effect, settling))
            }
            return answer
        }
        let (answer, condition) = compare(actor, on: side)
        return settle(
            answer, settling, condition,
            actor.hasName
                ? .party(side, actor.reference, actor.identifiers)
                : .somebody(ObjectIdentifier(actor)))
    }

    private func isNamed(_ actor: CompiledActor, on side: ConsentActor.Side) -> Bool {
        switch side {
        case .recipient: actor.isNamed(in: recipient)
        case .sender: actor.isNamed(in: sender)
        case .either: actor.isNamed(in: recipient) && actor.isNamed(in: sender)
        case .unplaced: false
        }
    }

    private func compare(
        _ actor: CompiledActor, on side: ConsentActor.Side
    ) -> (Match, Verdict.Conditions) {
        effort += 1
        switch side {
        case .recipient: return (actor.matches(recipient), .actor)
        case .sender: return (actor.matches(sender), .sender)
        case .either:
            let answers = (actor.matches(recipient), actor.matches(sender))
            return (answers.0 == answers.1 ? answers.0 : .unknown, .role)
        case .unplaced: return (.unknown, .role)
        }
    }

    // Purposes and actions

    private func purposes(_ rule: CompiledRule, _ settling: Settling?) -> Match {
        any(rule.purposes.indices) { place in
            let term = rule.purposes[place]
            return settle(
                purpose(term), settling, .purpose,
                subject(of: term, at: place, in: rule) { .purpose($0) })
        }
    }

    private func purpose(_ term: RuleTerm) -> Match {
        let own = term.coding
        if coveringPurposes.contains(own), !own.code.isEmpty { return .yes }
        // A purpose of the request in another system might be this one.
        let isComparable =
            !coveringPurposes.isEmpty && !hasUnknownPurpose && term.isKnown
            && purposeSystem == own.system
        return isComparable ? .no : .unknown
    }

    private func actions(_ rule: CompiledRule, _ settling: Settling?) -> Match {
        any(rule.actions.indices) { place in
            let term = rule.actions[place]
            return settle(
                action(term), settling, .action,
                subject(of: term, at: -1 - place, in: rule) { .action($0) })
        }
    }

    private func action(_ term: RuleTerm) -> Match {
        if actionCodes.contains(term.coding), !term.coding.code.isEmpty { return .yes }
        return hasUnknownAction || !term.isKnown ? .unknown : .no
    }

    /// Codes that nobody could read are not the same one.
    private func subject(
        of term: RuleTerm, at place: Int, in rule: CompiledRule,
        _ named: (Coding) -> ContextDoubt.Subject
    ) -> ContextDoubt.Subject {
        term.coding.code.isEmpty
            ? .unreadableCode(ObjectIdentifier(rule), place) : named(term.coding)
    }

    /// Whether any of `candidates` fits.
    private func any<Candidates: Sequence>(
        _ candidates: Candidates, _ fits: (Candidates.Element) -> Match
    ) -> Match {
        var answer = Match.no
        for candidate in candidates {
            answer = answer.or(fits(candidate))
            if answer == .yes { break }
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
