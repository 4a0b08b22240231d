internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel
internal import CareWire

/// Groups the commands on consent.
struct ConsentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Record, withdraw, list and check patients' consent.",
        subcommands: [Put.self, Revoke.self, List.self, Check.self, Evaluate.self])

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Withdraw a directive. What waits for delivery is kept back at once.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The directive's id; see `careloop consent list`.") var id: String

        func run() throws {
            guard let consent = ConsentID(id) else {
                throw CommandFailure.usage(
                    "That is no directive's id. See `careloop consent list`.")
            }
            let desk = try Desk(options)
            var submit = Draft(.consentRevoke).submit
            submit.consentID = consent.data
            try desk.report(submit, try desk.send(submit, payload: nil)) { receipt in
                receipt.outcome == "unchanged"
                    ? "Directive \(consent) was withdrawn already."
                    : "Directive \(consent) is withdrawn."
            }
            try desk.finish()
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the directives of a patient that your organisation recorded.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The patient's alias.") var patient: String

        func run() throws {
            let desk = try Desk(options)
            guard !options.offline else {
                throw CommandFailure.usage("Directives are at the broker. Leave --offline out.")
            }
            var question = WireConsentListQuestion()
            question.patient = try desk.patient(patient).identifier.wire
            if let entries = try desk.askForAll(.consents(question), \.consents) {
                try show(entries, on: desk)
            }
            try desk.finish()
        }

        private func show(_ entries: [WireConsentEntry], on desk: Desk) throws {
            guard !desk.screen.isJSON else {
                return try desk.screen.print(json: ["consents": entries.map { Output($0) }])
            }
            var table = Table([
                .init("directive"), .init("version", isNumber: true), .init("status"),
                .init("recorded"), .init("by"), .init("withdrawn"),
            ])
            for entry in entries {
                table.add([
                    .init(ConsentID(bytes: entry.consentID)?.description ?? ""),
                    .init(String(entry.version)),
                    .init(entry.status, entry.status == "active" ? .good : .faint),
                    .init(desk.times.text(Timestamp(wire: entry.recordedAtMs))),
                    .init(entry.recordedBy),
                    .init(desk.times.text(Timestamp(wire: entry.revokedAtMs))),
                ])
            }
            desk.screen.print(
                table, ifEmpty: "Nothing is recorded. Record with `careloop consent put`.")
        }

        private struct Output: Encodable {
            let consent: String?
            let version: UInt32
            let status: String
            let recordedAt: String?
            let recordedBy: String
            let revokedAt: String?

            init(_ entry: WireConsentEntry) {
                consent = JSONText.id(entry.consentID)
                version = entry.version
                status = entry.status
                recordedAt = JSONText.time(entry.recordedAtMs)
                recordedBy = entry.recordedBy
                revokedAt = JSONText.time(entry.revokedAtMs)
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what consent would decide, without sending anything.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The patient's alias.") var patient: String
        @Option(help: ArgumentHelp("Who would get the data.", valueName: "mailbox")) var to: String

        func run() throws {
            let to = try Mailbox(typed: self.to, option: "--to")
            let desk = try Desk(options)
            guard !options.offline else {
                throw CommandFailure.usage("Consent is decided at the broker. Leave --offline out.")
            }
            var question = WireConsentCheckQuestion()
            question.patient = try desk.patient(patient).identifier.wire
            question.to = to.description
            if let decision = try desk.ask(.consentCheck(question))?.result.decision {
                try show(decision, to, on: desk.screen)
            }
            try desk.finish()
        }

        private func show(_ decision: WireConsentDecision, _ to: Mailbox, on screen: Screen) throws
        {
            guard !screen.isJSON else { return try screen.print(json: Output(decision)) }
            let tone: Tone = decision.effective == "permit" ? .good : .bad
            let limits = decision.limitsContent ? ", but not all content" : ""
            screen.print([
                "\(to.spoken): \(screen.style.paint(PlainText.line(decision.effective), tone))\(limits)",
                "  What decided  \(PlainText.line(decision.rule))",
            ])
            for basis in decision.basis { screen.print("  Directive     \(PlainText.line(basis))") }
            guard decision.effective != "permit" else { return }
            screen.print(
                "  What would change it: a directive that permits, "
                    + "recorded with `careloop consent put`.")
        }

        private struct Output: Encodable {
            let decision: String
            let effective: String
            let rule: String
            let basis: [String]
            let limitsContent: Bool

            init(_ wire: WireConsentDecision) {
                decision = wire.decision
                effective = wire.effective
                rule = wire.rule
                basis = wire.basis
                limitsContent = wire.limitsContent
            }
        }
    }

    struct Evaluate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide the cases of a file. Needs no context and no broker.",
            discussion: "Prints one line of JSON for each case: id, decision, obligations, "
                + "released, basis.")

        @OptionGroup var options: GlobalOptions
        @Option(help: ArgumentHelp("The cases, - for stdin.", valueName: "file")) var cases: String

        func run() throws {
            let file = try ConsentCaseFile(try InputFile.bytes(at: cases))
            let screen = Screen(options)
            for row in ConsentCaseRunner.run(file) { screen.print(row.text) }
        }
    }
}
