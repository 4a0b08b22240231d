import Foundation

/// Asks many questions and counts where an answer and the worlds part.
struct OracleQuestions {
    typealias Disagreement = OracleJudgement.Disagreement

    struct Found {
        let seed: UInt64
        let row: OracleJSON
        let kind: Disagreement
        /// The other reading under which there is no disagreement, if one is known.
        let reading: String?
        /// The doubts that decide, or the answer on which all worlds agree.
        let cause: String
        /// Planted faults under which the second reading would answer alike.
        let alike: [OracleFault]
    }

    private(set) var asked = 0
    private(set) var sampled = 0
    private(set) var found: [Found] = []
    private(set) var decisions: [String: Int] = [:]
    private(set) var complete = Complete()

    struct Complete {
        var asked = 0
        var inDoubt = 0
        var causes: [String: Int] = [:]
        var needless = 0
        /// Resources that the verdict permits to ask about, and those kept back in doubt.
        var resources = 0
        var heldCauses: [String: Int] = [:]
    }

    static let otherReadings: [(name: String, readings: TwoValuedConsent.Readings)] = [
        ("dates without a zone are days in UTC", .init(datesAreUTC: true)),
        ("a newer version replaces only where it applies", .init(supersededLast: true)),
        ("references compare wherever they live", .init(basesAreIgnored: true)),
        (
            "several of these",
            .init(datesAreUTC: true, supersededLast: true, basesAreIgnored: true)
        ),
    ]

    mutating func ask(_ seeds: Range<UInt64>, _ answerer: (OracleJSON) -> OracleAnswer) {
        for seed in seeds {
            let (row, isComplete) = OracleQuestion.make(seed: seed)
            let judgement = OracleJudgement(row)
            let answer = answerer(row)
            asked += 1
            if !judgement.decisions.isComplete { sampled += 1 }
            decisions[answer.decision, default: 0] += 1
            let kinds = judgement.disagreements(with: answer)
            for kind in kinds {
                let other = Self.otherReadings.first {
                    !OracleJudgement(row, readings: $0.readings).disagreements(with: answer)
                        .contains(kind)
                }
                let doubts = judgement.decidingCauses.map(\.rawValue).sorted()
                let cause =
                    doubts.isEmpty
                    ? "all worlds: \(judgement.answer.decision)" : doubts.joined(separator: " + ")
                found.append(
                    .init(
                        seed: seed, row: row, kind: kind, reading: other?.name, cause: cause,
                        alike: alike(row, answer, kind)))
            }
            if isComplete { note(judgement, answer) }
        }
    }

    private func alike(_ row: OracleJSON, _ answer: OracleAnswer, _ kind: Disagreement)
        -> [OracleFault]
    {
        // Only the first few hundred: this is slow, and a table of kinds needs no more.
        guard found.count < 400 else { return [] }
        return OracleFault.allCases.filter {
            !OracleJudgement(row, faults: [$0]).disagreements(with: answer).contains(kind)
        }
    }

    private mutating func note(_ judgement: OracleJudgement, _ answer: OracleAnswer) {
        complete.asked += 1
        if answer.decision == "permit" {
            complete.resources += judgement.releases.count
            for worlds in judgement.releases where worlds.outcomes.count > 1 {
                let causes = Set(worlds.deciding.map(\.cause.rawValue)).sorted()
                complete.heldCauses[causes.joined(separator: " + "), default: 0] += 1
            }
        }
        guard answer.decision == "indeterminate" else { return }
        complete.inDoubt += 1
        let causes = Set(judgement.decisions.deciding.map(\.cause.rawValue))
        if causes.isEmpty { complete.needless += 1 }
        let name = causes.sorted().joined(separator: " + ")
        complete.causes[causes.isEmpty ? "needless" : name, default: 0] += 1
    }

    func count(_ kind: Disagreement, explained: Bool = false) -> Int {
        found.count { $0.kind == kind && ($0.reading != nil) == explained }
    }

    var table: String {
        var lines = ["\(asked) questions, \(sampled) with worlds by lot; verdicts \(decisions)"]
        for kind in Disagreement.allCases {
            var line = "  \(kind.rawValue): \(count(kind))"
            for other in Self.otherReadings {
                let count = found.count { $0.kind == kind && $0.reading == other.name }
                if count > 0 { line += ", and \(count) if not: \(other.name)" }
            }
            lines.append(line)
            let own = found.filter { $0.kind == kind && $0.reading == nil }
            let causes = Dictionary(grouping: own, by: \.cause).mapValues(\.count)
            for (cause, count) in causes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) })
                .prefix(12)
            {
                lines.append("    \(count) \(cause)")
            }
            let faults = Dictionary(grouping: own.flatMap(\.alike), by: { "\($0)" })
                .mapValues(\.count).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            if !faults.isEmpty {
                let list = faults.prefix(12).map { "\($0.value) \($0.key)" }
                lines.append("    as if: " + list.joined(separator: ", "))
            }
        }
        let share = Double(complete.inDoubt) * 100 / Double(max(1, complete.asked))
        lines.append(
            "\(complete.asked) complete requests, \(complete.inDoubt) in doubt"
                + " (\((share * 10).rounded() / 10) %), by deciding doubts:")
        for (cause, count) in complete.causes.sorted(by: { $0.value > $1.value }).prefix(24) {
            lines.append("  \(count) \(cause)")
        }
        let held = complete.heldCauses.values.reduce(0, +)
        lines.append("\(complete.resources) resources of permits, \(held) kept back in doubt:")
        for (cause, count) in complete.heldCauses.sorted(by: { $0.value > $1.value }).prefix(12) {
            lines.append("  \(count) \(cause)")
        }
        return lines.joined(separator: "\n")
    }
}

/// Makes a question smaller while what is wrong with the answer stays wrong.
enum OracleShrinking {
    static func smaller(_ row: OracleJSON, while isWrong: (OracleJSON) -> Bool) -> OracleJSON {
        var best = row
        var tries = 0
        var changed = true
        while changed {
            changed = false
            for candidate in candidates(best, depth: 0) where tries < 1_000 {
                tries += 1
                guard candidate["consents"] != nil, candidate["request"] != nil,
                    isWrong(candidate)
                else { continue }
                best = candidate
                changed = true
                break
            }
        }
        return best
    }

    private static let kept: Set<String> = [
        "resourceType", "id", "expected", "reference", "code", "scope", "category", "status",
        "evaluationTime", "role",
    ]

    /// This value without one of its parts.
    private static func candidates(_ value: OracleJSON, depth: Int) -> [OracleJSON] {
        var all: [OracleJSON] = []
        switch value {
        case .list(let items):
            for place in items.indices where items.count > 1 || depth < 3 {
                var fewer = items
                fewer.remove(at: place)
                all.append(.list(fewer))
            }
            for place in items.indices {
                for smaller in candidates(items[place], depth: depth + 1) {
                    var changed = items
                    changed[place] = smaller
                    all.append(.list(changed))
                }
            }
        case .object(let members):
            let names = members.keys.sorted().filter { !kept.contains($0) }
            if members.count > 1 { all += names.map { value.with($0, nil) } }
            for name in names {
                guard let member = members[name] else { continue }
                all += candidates(member, depth: depth + 1).map { value.with(name, $0) }
            }
        default: break
        }
        return all
    }
}
