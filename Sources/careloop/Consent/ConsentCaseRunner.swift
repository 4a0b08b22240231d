internal import CareConsent
internal import CareFHIR
internal import CareModel

/// Answers the questions of a case file.
struct ConsentCaseRunner {
    /// Gives one row per case: `id`, `decision`, `effective` where a policy is named,
    /// `obligations`, `released` where content is, and `basis`.
    static func run(_ file: ConsentCaseFile) -> [JSONOutput] { file.cases.map { row($0) } }

    private static func row(_ question: ConsentCaseFile.Case) -> JSONOutput {
        let verdict = CompiledConsents(question.directives)
            .verdict(for: question.request, policy: question.implicitPolicy ?? .deny)
        let released = question.content.map { content in
            zip(content, verdict.releases(content)).compactMap { resource, leaves in
                leaves ? resource.references.first.map { JSONOutput.string($0) } : nil
            }
        }
        return .members([
            ("id", .string(question.id)),
            ("decision", .string(verdict.decision.rawValue)),
            ("effective", question.implicitPolicy.map { _ in .string(verdict.outcome.rawValue) }),
            ("obligations", .array(verdict.obligationSummaries.map { obligation($0) })),
            ("released", released.map { .array($0) }),
            ("basis", .array(verdict.basis.map { basis($0) })),
        ])
    }

    private static func basis(_ basis: Verdict.Basis) -> JSONOutput {
        .members([
            ("consent", .string(basis.directive)), ("version", .string(basis.version)),
            ("rule", .string(basis.explanation)),
        ])
    }

    private static func obligation(_ summary: Verdict.ObligationSummary) -> JSONOutput {
        switch summary {
        case .redact(let labels):
            return .members([("type", .string("redact")), ("anyOf", codings(labels))])
        case .residual(let rules):
            return .members([
                ("type", .string("residual")), ("rules", .array(rules.map { rule($0) })),
            ])
        }
    }

    private static func rule(_ rule: Verdict.ContentRule) -> JSONOutput {
        let condition = rule.condition
        return .members([
            ("effect", .string(rule.effect == .permit ? "permit" : "forbid")),
            ("securityLabel", codings(unlessEmpty: condition.securityLabels)),
            ("class", codings(unlessEmpty: condition.classes)),
            ("code", codings(unlessEmpty: condition.codes)),
            ("dataPeriod", condition.dataPeriod.map { period($0) }),
            ("data", condition.data.isEmpty ? nil : .array(condition.data.map { data($0) })),
        ])
    }

    private static func codings(_ codings: [Coding]) -> JSONOutput {
        .array(
            codings.map {
                .members([("system", .string($0.system)), ("code", .string($0.code))])
            })
    }

    private static func codings(unlessEmpty list: [Coding]) -> JSONOutput? {
        list.isEmpty ? nil : codings(list)
    }

    private static func period(_ period: ConsentPeriod) -> JSONOutput {
        .members([
            ("start", period.start.map { .string($0.text) }),
            ("end", period.end.map { .string($0.text) }),
        ])
    }

    private static func data(_ data: ConsentData) -> JSONOutput {
        let target = data.target.reference.map { JSONOutput.members([("reference", .string($0))]) }
        return .members([("meaning", .string(data.meaning.code)), ("reference", target)])
    }
}
