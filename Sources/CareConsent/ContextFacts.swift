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
    private let purposes: [RuleTerm]
    private let coveringPurposes: [Coding]
    private let actionCodes: [Coding]
    private let hasUnknownAction: Bool

    init(_ request: ConsentRequest) {
        time = request.time
        categories = request.categories
        classes = request.classes
        recipient = CompiledParty(request.recipient)
        senderParty = request.sender
        purposes = request.purposes.map { RuleTerm($0, isKnown: PurposeTable.knows) }
        coveringPurposes = request.purposes.flatMap { PurposeTable.covering($0) }
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
        if doubtful.contains(.period) { fit.take(period(of: rule, settling), .period) }
        if doubtful.contains(.actor), fit.match == .yes {
            fit.take(actors(rule.actors, settling), .actor)
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
        if rule.period != nil { fit.take(period(of: rule, nil), .period) }
        if !rule.actors.isEmpty { fit.take(actors(rule.actors, nil), .actor) }
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
        _ subject: ContextDoubt.Subject, _ condition: Verdict.Conditions, path: String,
        of place: Int? = nil
    ) -> Bool {
        assumptions.answer(
            ContextDoubt(
                subject: subject, condition: condition, directive: place ?? directive, path: path))
    }

    /// Counts what was looked at elsewhere.
    func note(effort more: Int) { effort += more }

    private func settle(
        _ answer: Match, _ settling: Settling?, _ condition: Verdict.Conditions,
        _ subject: @autoclosure () -> ContextDoubt.Subject
    ) -> Match {
        guard answer == .unknown, let settling else { return answer }
        return assume(subject(), condition, path: settling.path) ? .yes : .no
    }

    // Time

    private func period(of rule: CompiledRule, _ settling: Settling?) -> Match {
        guard let period = rule.period else { return .yes }
        return holds(period, of: rule, isExact: rule.isWholePermission, settling)
    }

    /// Whether `period` holds, which belongs to `owner`.
    private func holds(
        _ period: ConsentPeriod, of owner: AnyObject, isExact: Bool, _ settling: Settling?
    ) -> Match {
        if period.isUnread {
            return settle(
                .unknown, settling, .period, .unreadablePeriod(ObjectIdentifier(owner)))
        }
        let hasBegun = period.start.map { hasPassed($0, isExact, settling) } ?? .yes
        guard hasBegun != .no, let end = period.end else { return hasBegun }
        return hasBegun.and(hasPassed(end, isExact, settling).opposite)
    }

    /// Dates without a zone share one: a later bound has not passed before an earlier one.
    private func hasPassed(
        _ bound: ConsentPeriod.Bound, _ isExact: Bool, _ settling: Settling?
    ) -> Match {
        let answer = bound.hasPassed(at: time, isExact: isExact)
        guard answer == .unknown, let settling else { return answer }
        for (doubt, hasPassed) in assumptions.answered {
            guard case .passed(let other) = doubt.subject else { continue }
            if hasPassed, other >= bound.instant { return .yes }
            if !hasPassed, other <= bound.instant { return .no }
        }
        return settle(answer, settling, .period, .passed(bound.instant))
    }

    // Parties

    private func actors(_ actors: [CompiledActor], _ settling: Settling?) -> Match {
        any(actors) { actor in
            switch actor.side {
            case .recipient, .sender: return self.actor(actor, on: actor.side, settling)
            case .either, .unplaced: break
            }
            let open = (
                self.actor(actor, on: .recipient, nil), self.actor(actor, on: .sender, nil)
            )
            if open.0 == open.1, open.0 != .unknown { return open.0 }
            guard let settling else { return .unknown }
            let isRecipient = assume(
                .side(ObjectIdentifier(actor)), .role, path: settling.path)
            return self.actor(actor, on: isRecipient ? .recipient : .sender, settling)
        }
    }

    private func actor(
        _ actor: CompiledActor, on side: ConsentActor.Side, _ settling: Settling?
    ) -> Match {
        guard let period = actor.period else { return somebody(actor, on: side, settling) }
        let holds = holds(period, of: actor, isExact: false, settling)
        return holds == .no ? .no : holds.and(somebody(actor, on: side, settling))
    }

    private func somebody(
        _ actor: CompiledActor, on side: ConsentActor.Side, _ settling: Settling?
    ) -> Match {
        let party = side == .sender ? sender : recipient
        let isNamed = actor.isNamed(in: party)
        if let members = actor.members, !isNamed {
            return any(members) { self.actor($0, on: side, settling) }
        }
        if let parts = actor.parts, !isNamed {
            var answer = Match.yes
            for part in parts where answer != .no {
                answer = answer.and(self.actor(part, on: side, settling))
            }
            return answer
        }
        effort += 1
        return settle(
            actor.matches(party), settling, side == .sender ? .sender : .actor,
            actor.hasName
                ? .party(side, actor.reference, actor.identifiers)
                : .somebody(side, ObjectIdentifier(actor)))
    }

    // Purposes and actions

    private func purposes(_ rule: CompiledRule, _ settling: Settling?) -> Match {
        any(rule.purposes.indices) { place in
            let term = rule.purposes[place]
            return settle(
                purpose(term, of: rule), settling, .purpose,
                subject(of: term, at: place, in: rule) { .purpose($0) })
        }
    }

    private func purpose(_ term: RuleTerm, of rule: CompiledRule) -> Match {
        guard term.isComplete, !purposes.isEmpty else { return .unknown }
        if coveringPurposes.contains(term.coding) { return .yes }
        // What is asked for in a code nobody knows may be what the rule says.
        guard purposes.allSatisfy({ $0.isKnown && $0.coding.system == CodeSystem.purpose }) else {
            return .unknown
        }
        guard term.coding.system == CodeSystem.purpose else {
            return rule.isWholePermission ? .no : .unknown
        }
        return term.isKnown ? .no : .unknown
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
