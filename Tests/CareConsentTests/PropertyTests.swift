import CareConsent
import CareFHIR
import CareModel
import Foundation
import Testing

/// Compares the product's answers with those of ``PlainEvaluator`` on random questions.
@Suite("Verdicts agree with a second, plain evaluator", .serialized, .timeLimit(.minutes(5)))
struct PropertyTests {
    private struct Row {
        let question: PlainQuestion
        let verdict: Verdict
        let answer: PlainAnswer
    }

    private static let seed =
        ProcessInfo.processInfo.environment["CARELOOP_TEST_SEED"].flatMap { UInt64($0) }
        ?? 20_220_701
    private static let patientCount = 4_000
    private static let requestsPerPatient = 3

    /// Random questions with the product's answers.
    private static let rows: [Row] = {
        var source = RandomConsents(seed: seed)
        return (0..<patientCount).flatMap { _ in
            let consents = source.consents()
            let compiled = compile(consents)
            return (0..<requestsPerPatient).map { _ in
                let question = PlainQuestion(
                    consents: consents, request: source.request(), content: source.content(),
                    policy: source.policy())
                return row(question, compiled)
            }
        }
    }()

    private static func compile(_ consents: [PlainConsent]) -> CompiledConsents {
        let reader = FHIRConsentReader()
        let directives = consents.compactMap {
            try? reader.read(Array($0.json.utf8)).directive
        }
        // A text that is no JSON would drop out unseen.
        precondition(directives.count == consents.count, "the test wrote JSON that cannot be read")
        return CompiledConsents(directives)
    }

    private static func row(_ question: PlainQuestion, _ compiled: CompiledConsents) -> Row {
        let verdict = compiled.verdict(for: question.request, policy: question.policy)
        let answer = PlainAnswer(
            decision: verdict.decision, outcome: verdict.outcome,
            released: verdict.releases(question.content))
        return Row(question: question, verdict: verdict, answer: answer)
    }

    private static func disagrees(_ question: PlainQuestion) -> Bool {
        row(question, compile(question.consents)).answer
            != PlainEvaluator(question: question).answer()
    }

    /// The question in words to reproduce it with.
    private static func report(_ question: PlainQuestion) -> String {
        let smallest = question.shrunk(while: disagrees)
        let row = row(smallest, compile(smallest.consents))
        return """
            consents: \(smallest.consents.map(\.json).joined(separator: "\n"))
            request: \(smallest.request)
            content: \(smallest.content.map { "\($0)" }.joined(separator: "\n"))
            product: \(row.answer), \(row.verdict.explanation)
            plain: \(PlainEvaluator(question: smallest).answer())
            """
    }

    @Test("decision, outcome and released resources are the same for ten thousand questions")
    func agrees() {
        let wrong = Self.rows.filter {
            PlainEvaluator(question: $0.question).answer() != $0.answer
        }
        #expect(Self.rows.count >= 10_000)
        #expect(wrong.count == 0, "of \(Self.rows.count) answers with seed \(Self.seed)")
        for row in wrong.prefix(3) { Issue.record("\(Self.report(row.question))") }
    }

    @Test(
        "a mistake in either evaluator would be found", arguments: PlainEvaluator.Mistake.allCases)
    func findsMistakes(mistake: PlainEvaluator.Mistake) {
        let found = Self.rows.lazy.filter {
            PlainEvaluator(question: $0.question, mistake: mistake).answer() != $0.answer
        }.prefix(20)
        #expect(Array(found).count == 20)
    }

    @Test("the random questions lead to every kind of answer, often")
    func distribution() {
        var counts: [String: Int] = [:]
        func count(_ kind: String) { counts[kind, default: 0] += 1 }
        for row in Self.rows {
            let (verdict, released) = (row.verdict, row.answer.released)
            count("\(verdict.decision) \(verdict.outcome)")
            if verdict.decision == .permit {
                count(verdict.obligations.isEmpty ? "no obligation" : "obligations")
                if verdict.obligations.count > 1 { count("several obligations") }
                if !verdict.obligations.isEmpty {
                    let whole = released.allSatisfy(\.self)
                    let none = !released.contains(true)
                    count(whole ? "all released" : none ? "nothing released" : "some released")
                }
            }
            if verdict.basis.count > 1 { count("several directives apply") }
            for basis in verdict.basis + verdict.skipped { count(Self.kind(basis.cause)) }
        }
        for kind in Self.kinds { #expect(counts[kind, default: 0] >= 100, "\(kind): \(counts)") }
    }

    private static let kinds = [
        "permit permit", "deny deny", "indeterminate hold", "noConsent permit", "noConsent deny",
        "no obligation", "obligations", "several obligations", "all released", "some released",
        "nothing released", "several directives apply", "status", "category", "superseded",
        "unreadable", "conditions not met", "cannot tell", "nothing covered", "rule",
        "rule in doubt",
    ]

    private static func kind(_ cause: Verdict.Cause) -> String {
        switch cause {
        case .rule(_, _, _, let unresolved): unresolved.isEmpty ? "rule" : "rule in doubt"
        case .nothingCovered: "nothing covered"
        case .conditionsNotMet: "conditions not met"
        case .cannotTell: "cannot tell"
        case .status: "status"
        case .category: "category"
        case .otherSubject: "other subject"
        case .superseded: "superseded"
        case .unreadable: "unreadable"
        }
    }
}
