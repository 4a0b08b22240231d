internal import ArgumentParser
internal import CareConsent
internal import CareFHIR
internal import CareModel
internal import Foundation
internal import Histogram

/// Measures verdicts, one by one.
struct ConsentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Measure how long one consent verdict takes.",
        discussion: """
            Asks the ten directives of one patient (FHIR R4 and R5, read and compiled beforehand) \
            512 different questions in turn, in this process and on one thread, and times each \
            verdict alone, from the question until the verdict has been made and freed again. Then \
            times what a release of twelve resources takes under three rules about content.

            Times are in microseconds. What reading the clock twice in a row takes is measured in \
            the same way and shown as `timer`; it is contained in the other figures and not \
            subtracted. The maximum shows above all when the system ran something else.
            """)

    @Option(help: "Verdicts to time.")
    var count = 1_000_000

    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    func validate() throws {
        guard (1...1_000_000_000).contains(count) else {
            throw ValidationError("--count needs 1 to 1000000000 verdicts.")
        }
    }

    func run() throws {
        let result = try ConsentResult(count: count)
        BenchCommand.say(json ? try Report.json(result) : Report.table(result))
    }
}

/// Is what measuring verdicts came to.
struct ConsentResult: Codable, Equatable, Sendable {
    /// Is one kind of thing that was timed.
    struct Measure: Codable, Equatable, Sendable {
        var name: String
        var count: Int
        var latency: PassResult.Latency
    }

    /// Directives of the patient.
    var directives: Int
    /// Different questions.
    var requests: Int
    /// Resources of the release.
    var resources: Int
    /// Rules about content that the release has to follow.
    var rules: Int
    /// How often each answer was given.
    var decisions: [String: Int]
    /// The clock, verdicts and releases.
    var measures: [Measure]

    /// Takes `count` verdicts.
    ///
    /// - Throws: ``BenchFailure`` if the sample is not what it has to be.
    init(count: Int) throws {
        let compiled = try ConsentSample.compiled()
        let questions = ConsentSample.requests
        let content = ConsentSample.content
        let general = compiled.verdict(for: questions[0], policy: .deny)
        guard general.outcome == .permit, general.obligations.count == 3 else {
            throw BenchFailure("The sample of directives does not give three rules about content.")
        }
        var decisions: [Verdict.Decision: Int] = [:]
        let timer = ConsentTimer()
        let warmUpCount = min(count, 10_000)
        for place in 0..<warmUpCount {
            _ = Self.decide(questions[place % questions.count], by: compiled)
        }
        let clock = timer.measure(count: count) { _ in }
        let verdicts = timer.measure(count: count) { place in
            // Steps that share no divisor with the count of questions, so that all have a turn.
            let decision = Self.decide(questions[place &* 167 % questions.count], by: compiled)
            decisions[decision, default: 0] += 1
        }
        let releases = timer.measure(count: max(1, count / 10)) { _ in
            _ = Self.release(content, under: general)
        }
        directives = ConsentSample.directives.count
        requests = questions.count
        resources = content.count
        rules = general.obligations.count
        self.decisions = [:]
        for (decision, number) in decisions { self.decisions[decision.rawValue] = number }
        measures = [
            Measure(name: "timer", count: count, latency: .init(clock)),
            Measure(name: "verdict", count: count, latency: .init(verdicts)),
            Measure(name: "release", count: max(1, count / 10), latency: .init(releases)),
        ]
    }

    /// Takes a verdict and frees it; never inlined, so that nothing of it moves out of the time.
    @inline(never)
    private static func decide(
        _ request: ConsentRequest, by compiled: CompiledConsents
    ) -> Verdict.Decision { compiled.verdict(for: request, policy: .basicNormal).decision }

    @inline(never)
    private static func release(_ content: [ContentResource], under verdict: Verdict) -> Int {
        verdict.releases(content).count { $0 }
    }
}
