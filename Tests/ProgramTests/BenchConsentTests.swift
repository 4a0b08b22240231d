import CareConsent
import CareModel
import Foundation
import Testing

@testable import careloop_bench

@Suite("careloop-bench consent times verdicts", .timeLimit(.minutes(5)))
struct BenchConsentTests {
    @Test("every verdict is timed, and the answers vary")
    func countsEveryVerdict() throws {
        let run = try BenchRun(["consent", "--count", "3000", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let result = try JSONDecoder().decode(ConsentResult.self, from: run.output)
        #expect(result.directives == 10)
        #expect(result.requests == 512)
        #expect(result.resources == 12)
        #expect(result.rules == 3)
        #expect(result.decisions.values.reduce(0, +) == 3_000)
        #expect(result.decisions["permit", default: 0] > 300)
        #expect(result.decisions["deny", default: 0] > 300)
        #expect(result.measures.map(\.name) == ["timer", "verdict", "release"])
        #expect(result.measures.map(\.count) == [3_000, 3_000, 300])
        for measure in result.measures {
            let latency = measure.latency
            #expect(latency.p50 <= latency.p99 && latency.p99 <= latency.p999)
            #expect(latency.p999 <= latency.max)
        }
        #expect(result.measures[1].latency.p50 > result.measures[0].latency.p50)
    }

    @Test("people get a table with a line for each kind of time")
    func printsTable() throws {
        let run = try BenchRun(["consent", "--count", "600"])
        #expect(run.status == 0, "\(run.errors)")
        let lines = String(decoding: run.output, as: UTF8.self).split(separator: "\n")
        #expect(lines.first?.hasPrefix("10 directives, 512 questions: ") == true)
        let names = lines.suffix(3).map { $0.split(separator: " ").first }
        #expect(names == ["timer", "verdict", "release"])
    }

    @Test("a count out of range is refused")
    func refusesCount() throws {
        let run = try BenchRun(["consent", "--count", "0"])
        #expect(run.status == 2)
        #expect(run.errors.contains("--count"))
    }

    @Test("the sample is permitted in part: some resources leave and some do not")
    func sampleIsRedacted() throws {
        let verdict = try ConsentSample.compiled()
            .verdict(for: ConsentSample.requests[0], policy: .deny)
        let released = verdict.releases(ConsentSample.content)
        #expect(released.contains(true) && released.contains(false))
        #expect(Set(ConsentSample.requests).count == ConsentSample.requests.count)
    }
}
