internal import CareModel

/// Answers a question that leaves doubt, by asking it in every way its doubts can turn out.
///
/// All directives are asked together, so that a doubt they share turns out the same for all. If that
/// is too much, each is asked alone, and what they may say is put together in every combination,
/// which can only make the answer less certain. What is too much even so may say anything.
struct DoubtfulPoll {
    /// How many rules and actors may be looked at beyond the first turn: a few milliseconds' work.
    static let limit = 50_000

    let poll: Poll
    let facts: ContextFacts
    let first: Verdict

    /// Is what came of all the ways.
    private struct Outcome {
        var decisions: Set<Verdict.Decision> = []
        /// Whether each decision lets the release go.
        var outcomes: Set<Verdict.Outcome> = []
        var permits: [Verdict] = []
        var decisive: [ContextDoubt] = []

        mutating func add(_ verdict: Verdict) {
            decisions.insert(verdict.decision)
            outcomes.insert(verdict.outcome)
            if verdict.outcome == .permit { permits.append(verdict) }
        }
    }

    func verdict() -> Verdict {
        let start = facts.effort
        if let together = ways(
            of: poll.directives.indices, first: first, facts, until: start + Self.limit)
        {
            return merge(together)
        }
        return merge(oneByOne())
    }

    /// Goes all ways of the directives at `places`; nil if that takes more than `limit` allows.
    private func ways(
        of places: Range<Int>, first: Verdict, _ facts: ContextFacts, until limit: Int
    ) -> Outcome? {
        var outcome = Outcome()
        var verdict = first
        outcome.add(verdict)
        while facts.assumptions.next(after: verdict.decision) {
            guard facts.effort <= limit else { return nil }
            verdict = poll.verdict(facts, of: places)
            outcome.add(verdict)
        }
        outcome.decisive = facts.assumptions.decisive
        return outcome
    }

    private func oneByOne() -> Outcome {
        let share = Self.limit / max(1, poll.directives.count)
        var sum = Outcome()
        var all: [Set<Verdict.Decision>] = []
        for place in poll.directives.indices {
            let facts = ContextFacts(poll.request)
            facts.directive = place
            let first = poll.verdict(facts, of: place..<place + 1)
            let doubts = facts.assumptions.current
            guard
                let own = ways(
                    of: place..<place + 1, first: first, facts, until: facts.effort + share)
            else {
                all.append([.permit, .deny, .noConsent])
                sum.decisive += doubts
                continue
            }
            all.append(own.decisions)
            sum.decisive += own.decisive
            sum.permits += own.permits
        }
        if all.contains(where: { $0.contains(.deny) }) { sum.decisions.insert(.deny) }
        if all.contains([.deny]) {
            sum.decisions = [.deny]
        } else {
            for decision in [Verdict.Decision.permit, .indeterminate]
            where all.contains(where: { $0.contains(decision) }) {
                sum.decisions.insert(decision)
            }
            if all.allSatisfy({ $0.contains(.noConsent) }) { sum.decisions.insert(.noConsent) }
        }
        sum.outcomes = Set(
            sum.decisions.map { decision in
                switch decision {
                case .permit: .permit
                case .deny: .deny
                case .indeterminate: .hold
                case .noConsent: poll.policy.permits(poll.request) ? .permit : .deny
                }
            })
        return sum
    }

    private func merge(_ sum: Outcome) -> Verdict {
        if sum.outcomes == [.permit] { return permit(sum) }
        if sum.decisions.count == 1 { return first }
        return doubt(sum)
    }

    /// The release goes in every way, and leaves behind what has to stay in any of them.
    private func permit(_ sum: Outcome) -> Verdict {
        var obligations: [Verdict.Obligation] = []
        for obligation in sum.permits.flatMap(\.obligations)
        where !obligations.contains(obligation) {
            obligations.append(obligation)
        }
        let isByPolicy = sum.decisions.contains(.noConsent)
        let basis = sum.permits.first { $0.decision == .permit } ?? first
        return Verdict(
            decision: isByPolicy ? .noConsent : .permit, outcome: .permit,
            obligations: obligations, basis: isByPolicy ? [] : basis.basis,
            skipped: basis.skipped, implicitPolicy: isByPolicy ? poll.policy : nil,
            classes: poll.request.classes)
    }

    /// Nobody can tell.
    ///
    /// If the only doubt is whether a directive permits, the policy decides, as where there is none;
    /// if a directive may forbid, an operator has to look.
    private func doubt(_ sum: Outcome) -> Verdict {
        let doubts = doubts(sum.decisive)
        let names = Set(doubts.map(\.directive))
        let unreadable = first.basis.filter {
            if case .unreadable = $0.cause { true } else { false }
        }
        let isByPolicy = sum.decisions == [.permit, .noConsent]
        return Verdict(
            decision: .indeterminate, outcome: isByPolicy ? .deny : .hold,
            basis: doubts + unreadable,
            skipped: first.skipped.filter { !names.contains($0.directive) },
            implicitPolicy: isByPolicy ? poll.policy : nil,
            classes: isByPolicy ? poll.request.classes : [])
    }

    /// What is in doubt, directive by directive.
    private func doubts(_ doubts: [ContextDoubt]) -> [Verdict.Basis] {
        Set(doubts.map(\.directive)).sorted().map { place in
            let own = doubts.filter { $0.directive == place }
            return poll.directives[place].basis(
                .cannotTell(conditions(own), path: own.first?.path ?? "provision"))
        }
    }

    private func conditions(_ doubts: [ContextDoubt]) -> Verdict.Conditions {
        doubts.reduce(into: []) { $0.formUnion($1.condition) }
    }
}
