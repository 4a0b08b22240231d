/// A question that the information at hand leaves open.
struct OracleDoubt: Hashable, Sendable, CustomStringConvertible {
    enum Cause: String, CaseIterable, Sendable {
        case recipient, sender, role, purpose, action, moment, newer, kind, unreadable
        case label, contentClass, code, data, dataPeriod, expression
    }

    let cause: Cause
    let question: String
    /// For `moment`: the instant, in seconds as if the date were in UTC.
    var instant: Int64?
    /// For `newer`: the directives by number; the question is whether the first is the newer one.
    var pair: Pair?

    struct Pair: Hashable, Sendable {
        let first: Int
        let second: Int
    }

    var description: String { "\(cause.rawValue): \(question)" }
}

/// One way in which all doubts turn out: answers every doubt with yes or no, the same doubt always
/// alike, and never two doubts in ways that exclude each other.
final class OracleWorld {
    private(set) var answers: [OracleDoubt: Bool] = [:]
    /// The doubts that were free to turn out either way, in the order in which they came up.
    private(set) var path: [(doubt: OracleDoubt, answer: Bool)] = []
    private var newer: Set<OracleDoubt.Pair> = []
    private let script: [Bool]
    private var generator: OracleLot?

    /// Answers the first free doubts as `script` says and all others with no, or by lot.
    init(script: [Bool] = [], seed: UInt64? = nil) {
        self.script = script
        generator = seed.map { OracleLot(seed: $0) }
    }

    func holds(_ doubt: OracleDoubt) -> Bool {
        if let known = answers[doubt] { return known }
        if let forced = forced(doubt) {
            record(doubt, forced)
            return forced
        }
        let answer: Bool
        if path.count < script.count {
            answer = script[path.count]
        } else {
            answer = generator?.coin() ?? false
        }
        path.append((doubt, answer))
        record(doubt, answer)
        return answer
    }

    /// Notes a certain order of two directives, which binds the doubtful ones.
    func note(newer first: Int, than second: Int) {
        newer.insert(.init(first: first, second: second))
    }

    private func record(_ doubt: OracleDoubt, _ answer: Bool) {
        answers[doubt] = answer
        guard let pair = doubt.pair else { return }
        note(
            newer: answer ? pair.first : pair.second,
            than: answer ? pair.second : pair.first)
    }

    private func forced(_ doubt: OracleDoubt) -> Bool? {
        if let instant = doubt.instant {
            // Zone-less dates share a zone: a later instant has not passed before an earlier one.
            for (other, passed) in answers where other.instant != nil {
                guard let known = other.instant else { continue }
                if passed && known >= instant { return true }
                if !passed && known <= instant { return false }
            }
        }
        if let pair = doubt.pair {
            if leads(pair.first, pair.second) { return true }
            if leads(pair.second, pair.first) { return false }
        }
        return nil
    }

    private func leads(_ first: Int, _ second: Int) -> Bool {
        newer.contains { $0.first == first && ($0.second == second || leads($0.second, second)) }
    }
}

/// Walks through the worlds of a question.
struct OracleWorlds<Outcome: Hashable & Sendable>: Sendable {
    struct Seen: Sendable {
        let outcome: Outcome
        let path: [(doubt: OracleDoubt, answer: Bool)]
    }

    private(set) var seen: [Seen] = []
    /// Is false if there were more worlds than `limit`; then worlds by lot were added.
    private(set) var isComplete = true

    var outcomes: Set<Outcome> { Set(seen.map(\.outcome)) }

    /// Doubts that decide: two worlds that part at them have different outcomes.
    private(set) var deciding: Set<OracleDoubt> = []

    init(limit: Int, samples: Int, _ body: (OracleWorld) -> Outcome) {
        var script: [Bool] = []
        var turned: OracleDoubt?
        repeat {
            let world = OracleWorld(script: script)
            let outcome = body(world)
            if let turned, let last = seen.last, last.outcome != outcome { deciding.insert(turned) }
            seen.append(Seen(outcome: outcome, path: world.path))
            var path = world.path
            while path.last?.answer == true { path.removeLast() }
            guard let last = path.last else { return }
            turned = last.doubt
            script = path.dropLast().map(\.answer) + [true]
        } while seen.count < limit
        isComplete = false
        for seed in 0..<UInt64(samples) {
            let world = OracleWorld(seed: seed &* 0x9E37 &+ 1)
            let outcome = body(world)
            seen.append(Seen(outcome: outcome, path: world.path))
        }
    }
}

/// The SplitMix64 of Vigna and Steele.
struct OracleLot: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func coin() -> Bool { next() & 1 == 1 }
    mutating func chance(_ percent: Int) -> Bool { Int(next() % 100) < percent }
    mutating func upTo(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func pick<Value>(_ choices: [Value]) -> Value { choices[upTo(choices.count)] }
}
