import CareConsent
import CareFHIR
import CareModel

/// What somebody answered to a question.
struct OracleAnswer: Equatable {
    /// permit, deny, no-consent or indeterminate.
    var decision: String
    /// For each resource of the question's content, whether it may leave.
    var released: [Bool]
    var words = ""

    /// Asks the evaluator of the product.
    ///
    /// A question that it refuses to read is in doubt.
    static func product(_ row: OracleJSON) -> OracleAnswer {
        let count = row["request"]?.items("content").count ?? 0
        let none = [Bool](repeating: false, count: count)
        let bytes = Array(OracleJSON.list([row]).canonical.utf8)
        let question: ConsentCaseFile.Case
        do {
            guard let first = try ConsentCaseFile(bytes).cases.first else {
                return OracleAnswer(decision: "indeterminate", released: none)
            }
            question = first
        } catch {
            return OracleAnswer(
                decision: "indeterminate", released: none, words: "unreadable: \(error)")
        }
        let verdict = CompiledConsents(question.directives)
            .verdict(for: question.request, policy: question.implicitPolicy ?? .deny)
        return OracleAnswer(
            decision: verdict.decision.rawValue,
            released: question.content.map { verdict.releases($0) } ?? none,
            words: "\(verdict.explanation)")
    }
}

/// All that the worlds of a question say of it.
struct OracleJudgement: Sendable {
    static let worldLimit = 3_000
    static let sampleCount = 300

    let decisions: OracleWorlds<TwoValuedConsent.Outcome>
    let releases: [OracleWorlds<Bool>]

    init(
        _ row: OracleJSON, readings: TwoValuedConsent.Readings = .init(),
        faults: Set<OracleFault> = []
    ) {
        let question = TwoValuedConsent.Question(row, readings, faults)
        decisions = OracleWorlds(limit: Self.worldLimit, samples: Self.sampleCount) { world in
            TwoValuedConsent(question, in: world).decide()
        }
        releases = (row["request"]?.items("content") ?? []).map { resource in
            OracleWorlds(limit: Self.worldLimit, samples: Self.sampleCount) { world in
                TwoValuedConsent(question, in: world).releases(resource)
            }
        }
    }

    /// What the worlds agree on, or that they do not.
    var answer: OracleAnswer {
        let all = Set(decisions.outcomes.map(\.decision))
        return OracleAnswer(
            decision: all.count == 1 ? all.first?.rawValue ?? "" : "indeterminate",
            released: releases.map { $0.outcomes == [true] })
    }

    enum Disagreement: String, CaseIterable {
        /// Something leaves, or may, that in some world may not. The harmful kind.
        case wronglyPermitted, wronglyReleased
        /// Firm where the worlds differ, or firm in the wrong way, but nothing leaves.
        case wronglyDenied, wronglySilent
        /// In doubt, or held back, where no world gives a reason.
        case needlessDoubt, needlesslyWithheld
        /// Permits where content conditions exclude each other: nothing can leave.
        case emptyPermit
    }

    /// The kinds of doubt on which the decision or a release hangs.
    var decidingCauses: Set<OracleDoubt.Cause> {
        Set((decisions.deciding.union(releases.flatMap(\.deciding))).map(\.cause))
    }

    func disagreements(with answer: OracleAnswer) -> Set<Disagreement> {
        var found: Set<Disagreement> = []
        let outcomes = decisions.outcomes
        let all = Set(outcomes.map(\.decision))
        switch answer.decision {
        case "permit" where all != [.permit]:
            let isEmpty = outcomes.allSatisfy { $0.decision == .permit || $0.isEmptyPermit }
            found.insert(isEmpty ? .emptyPermit : .wronglyPermitted)
        case "deny" where all != [.deny]: found.insert(.wronglyDenied)
        case "no-consent" where all != [.noConsent]: found.insert(.wronglySilent)
        case "indeterminate" where all.count == 1: found.insert(.needlessDoubt)
        default: break
        }
        for (answered, worlds) in zip(answer.released, releases) {
            let isFree = worlds.outcomes == [true]
            if answered && !isFree { found.insert(.wronglyReleased) }
            if !answered && isFree && answer.decision == "permit" {
                found.insert(.needlesslyWithheld)
            }
        }
        return found
    }
}
