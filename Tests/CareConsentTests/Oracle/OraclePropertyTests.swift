import Foundation
import Testing

/// Compares the verdict with a second reading of FHIR Consent, however the doubts turn out.
///
/// `CARELOOP_CONSENT_QUESTIONS=100000` asks that many; `CARELOOP_CONSENT_SEED` begins elsewhere;
/// `CARELOOP_CONSENT_SHOWN` prints so many disagreements of each kind.
@Suite("Verdicts against a second reading")
struct OraclePropertyTests {
    typealias Disagreement = OracleJudgement.Disagreement

    private static let environment = ProcessInfo.processInfo.environment
    static let count = environment["CARELOOP_CONSENT_QUESTIONS"].flatMap { UInt64($0) } ?? 1_500
    static let start = environment["CARELOOP_CONSENT_SEED"].flatMap { UInt64($0) } ?? 1

    @Test("a verdict is firm only where every world agrees, and lets nothing go otherwise")
    func property() {
        var questions = OracleQuestions()
        questions.ask(Self.start..<Self.start + Self.count, OracleAnswer.product)
        print(questions.table)
        for kind in Disagreement.allCases {
            let all = questions.found.filter { $0.kind == kind && $0.reading == nil }
            for found in all.prefix(Self.shown(kind)) { Self.explain(found) }
        }
        for kind in [
            Disagreement.wronglyPermitted, .wronglyReleased, .wronglyDenied, .wronglySilent,
            .emptyPermit,
        ] {
            #expect(questions.count(kind) == 0, "\(kind.rawValue)")
        }
        // Doubt without a reason withholds care: at most one question in a thousand.
        let needless = questions.count(.needlessDoubt) + questions.count(.needlesslyWithheld)
        #expect(needless * 1_000 <= questions.asked, "\(needless) needless doubts")
    }

    private static func shown(_ kind: Disagreement) -> Int {
        environment["CARELOOP_CONSENT_SHOWN"].flatMap { Int($0) }
            ?? (kind == .wronglyPermitted || kind == .wronglyReleased ? 3 : 1)
    }

    /// Prints what somebody needs to judge a disagreement.
    private static func explain(_ found: OracleQuestions.Found) {
        let row = OracleShrinking.smaller(found.row) { row in
            guard
                OracleJudgement(row).disagreements(with: OracleAnswer.product(row)).contains(
                    found.kind)
            else { return false }
            return !OracleQuestions.otherReadings.contains { other in
                !OracleJudgement(row, readings: other.readings)
                    .disagreements(with: OracleAnswer.product(row)).contains(found.kind)
            }
        }
        let answer = OracleAnswer.product(row)
        let judgement = OracleJudgement(row)
        print("\n\(found.kind.rawValue), CARELOOP_CONSENT_SEED=\(found.seed)")
        print(row.canonical)
        print("verdict: \(answer.decision) \(answer.released) \(answer.words)")
        for seen in Self.one(of: judgement.decisions) { print("world: \(seen)") }
        for worlds in judgement.releases {
            for seen in Self.one(of: worlds) { print("release: \(seen)") }
        }
    }

    /// One world for each outcome.
    private static func one<Outcome: Hashable & Sendable>(of worlds: OracleWorlds<Outcome>)
        -> [String]
    {
        var told: Set<Outcome> = []
        return worlds.seen.filter { told.insert($0.outcome).inserted }.map { seen in
            let doubts = seen.path.map { "\($0.doubt) = \($0.answer ? "yes" : "no")" }
            return "\(seen.outcome) if [\(doubts.joined(separator: "; "))]"
        }
    }
}

/// Shows that the property notices wrong rules.
@Suite("Planted faults")
struct OracleFaultTests {
    /// Questions with what is true of them, asked once for all faults.
    private static let known = (1..<UInt64(2_500)).map { seed in
        let row = OracleQuestion.make(seed: seed).row
        return (row: row, truth: OracleJudgement(row))
    }

    @Test("the property accepts the second reading itself")
    func sound() {
        for (row, truth) in Self.known {
            #expect(truth.disagreements(with: truth.answer).isEmpty, "\(row.text("id") ?? "?")")
        }
    }

    @Test("a planted fault is noticed", arguments: OracleFault.allCases)
    func noticed(fault: OracleFault) {
        let first = Self.known.firstIndex { row, truth in
            let wrong = OracleJudgement(row, faults: [fault]).answer
            return !truth.disagreements(with: wrong).isEmpty
        }
        #expect(first != nil, "\(fault)")
        print("\(fault) noticed at question \(first ?? -1)")
    }
}
