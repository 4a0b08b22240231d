import CareConsent
import CareFHIR
import CareModel
import Foundation
import Testing

/// Runs the cases of `Tests/Fixtures/consent`.
@Suite("Published consent cases")
struct PublishedCasesTests {
    struct Row: Decodable, Sendable, CustomTestStringConvertible {
        let id: String
        let expected: String
        let acceptable: [String]?
        let effective: String?
        let released: [String]?
        let obligations: [Obligation]?
        var testDescription: String { id }
    }

    struct Obligation: Decodable, Sendable, Hashable {
        struct Rule: Decodable, Hashable {
            let effect: String
            let securityLabel: [Label]?
            let dataPeriod: [String: String]?
            let data: [Pointer]?
        }
        struct Label: Decodable, Hashable {
            let system: String
            let code: String
        }
        struct Pointer: Decodable, Hashable {
            let meaning: String
            let reference: [String: String]
        }
        let type: String
        let anyOf: [Label]?
        let rules: [Rule]?
    }

    static let rows: [Row] = CaseFiles.rows("cases.json")
    static let cases = CaseFiles.questions("cases.json")
    static let doubts: [Row] = CaseFiles.rows("doubts.json")
    static let doubtCases = CaseFiles.questions("doubts.json")

    @Test("all 58 rows are read")
    func count() {
        #expect(Self.rows.count == 58)
        #expect(Self.cases.count == 58)
    }

    @Test("a published case gets its published answer", arguments: rows)
    func answer(row: Row) throws {
        let question = try #require(Self.cases[row.id])
        let verdict = CompiledConsents(question.directives)
            .verdict(for: question.request, policy: question.implicitPolicy ?? .deny)
        let accepted = [row.expected] + (row.acceptable ?? [])
        #expect(accepted.contains(verdict.decision.rawValue), "\(verdict.explanation)")
        if let effective = row.effective { #expect(verdict.outcome.rawValue == effective) }
        if let obligations = row.obligations {
            #expect(verdict.obligationSummaries.map { Obligation($0) } == obligations)
        }
        if let released = row.released {
            let content = try #require(question.content)
            let leaving = zip(content, verdict.releases(content)).filter { $0.1 }
            #expect(leaving.compactMap { $0.0.references.first } == released)
        }
    }

    @Test("all 19 rows about doubt are read")
    func doubtCount() {
        #expect(Self.doubts.count == 19)
        #expect(Self.doubtCases.count == 19)
    }

    @Test("doubts, frames and consents to something else get a right answer", arguments: doubts)
    func doubt(row: Row) throws {
        let question = try #require(Self.doubtCases[row.id])
        let verdict = CompiledConsents(question.directives)
            .verdict(for: question.request, policy: .deny)
        let accepted = [row.expected] + (row.acceptable ?? [])
        #expect(accepted.contains(verdict.decision.rawValue), "\(verdict.explanation)")
        #expect((verdict.outcome == .permit) == (row.expected == "permit"))
    }

    @Test("an answer names the directive that decided")
    func basis() throws {
        for row in Self.rows where row.expected == "permit" || row.expected == "deny" {
            let question = try #require(Self.cases[row.id])
            let verdict = CompiledConsents(question.directives)
                .verdict(for: question.request, policy: .deny)
            guard verdict.decision.rawValue == row.expected else { continue }
            #expect(verdict.basis.map { $0.directive } == question.directives.map { $0.name })
        }
    }
}

extension PublishedCasesTests.Obligation {
    fileprivate init(_ summary: Verdict.ObligationSummary) {
        switch summary {
        case .redact(let labels):
            self.init(type: "redact", anyOf: labels.map { Label($0) }, rules: nil)
        case .residual(let rules):
            self.init(type: "residual", anyOf: nil, rules: rules.map { Rule($0) })
        }
    }
}

extension PublishedCasesTests.Obligation.Label {
    fileprivate init(_ coding: Coding) { self.init(system: coding.system, code: coding.code) }
}

extension PublishedCasesTests.Obligation.Rule {
    fileprivate init(_ rule: Verdict.ContentRule) {
        let condition = rule.condition
        let period = condition.dataPeriod.map { period in
            [("start", period.start?.text), ("end", period.end?.text)]
                .reduce(into: [String: String]()) { $0[$1.0] = $1.1 }
        }
        self.init(
            effect: rule.effect == .permit ? "permit" : "forbid",
            securityLabel: condition.securityLabels.isEmpty
                ? nil : condition.securityLabels.map { .init($0) },
            dataPeriod: period,
            data: condition.data.isEmpty
                ? nil
                : condition.data.map {
                    .init(
                        meaning: $0.meaning.code,
                        reference: ["reference": $0.target.reference ?? ""])
                })
    }
}
