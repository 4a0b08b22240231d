/// Tells how the doubts of one question turn out, in one way after the other until every way that
/// makes a difference has had its turn.
///
/// A question is asked again and again. Each time, a doubt that comes up gets an answer and keeps
/// it for that turn, wherever it comes up again; ``next(after:)`` turns the last of them over. A
/// doubt that does not come up, because others settle the question, costs nothing.
struct Assumptions<Doubt: Hashable, Outcome: Hashable> {
    private struct Step {
        let doubt: Doubt
        var answer = false
        /// What came of the answer so far.
        var outcomes: Set<Outcome> = []
        /// What came of the other answer before.
        var earlier: Set<Outcome>?
    }

    private var trail: [Step] = []
    private var answers: [Doubt: Bool] = [:]
    /// The doubts on which the outcome hangs, as far as the ways have been gone.
    private(set) var decisive: [Doubt] = []

    /// Whether no doubt has come up.
    var isEmpty: Bool { trail.isEmpty }

    /// The doubts that came up in this way.
    var current: [Doubt] { trail.map(\.doubt) }

    /// The same with how each turns out.
    var answered: [(doubt: Doubt, answer: Bool)] { trail.map { ($0.doubt, $0.answer) } }

    /// How `doubt` turns out this time.
    mutating func answer(_ doubt: Doubt) -> Bool {
        if let answer = answers[doubt] { return answer }
        answers[doubt] = false
        trail.append(Step(doubt: doubt))
        return false
    }

    /// Goes on to the next way; false if this was the last one.
    mutating func next(after outcome: Outcome) -> Bool {
        for place in trail.indices { trail[place].outcomes.insert(outcome) }
        while var step = trail.popLast() {
            guard step.answer else {
                step.answer = true
                step.earlier = step.outcomes
                step.outcomes = []
                answers[step.doubt] = true
                trail.append(step)
                return true
            }
            answers[step.doubt] = nil
            if step.outcomes != step.earlier, !decisive.contains(step.doubt) {
                decisive.append(step.doubt)
            }
        }
        return false
    }
}
