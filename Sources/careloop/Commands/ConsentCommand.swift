internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Groups the commands on consent.
struct ConsentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Record, withdraw, list, explain and check patients' consent.",
        subcommands: [
            Put.self, Revoke.self, List.self, Show.self, History.self, Check.self, Receipt.self,
            Verify.self, Evaluate.self,
        ])

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Withdraw a directive. What waits for delivery is kept back at once.",
            discussion: "Copies that nobody has acknowledged yet are taken back, too.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The directive's id; see `careloop consent list`.") var id: String
        @Option(
            help: ArgumentHelp("Write the broker's signed receipt to this file.", valueName: "file")
        )
        var receipt: String?

        func run() throws {
            let desk = try Desk(options)
            let consent = try desk.consentID(id)
            let draft = desk.acting(.consentRevoke(nil, consent: consent))
            let sending = try desk.send(draft)
            try desk.report(draft, sending) { receipt in
                receipt.outcome == .unchanged
                    ? "Directive \(consent) was withdrawn already."
                    : "Directive \(consent) is withdrawn."
            }
            if case .answered(let answer) = sending {
                try desk.save(answer, of: consent, to: receipt)
            }
            try desk.finish()
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the directives of a patient that your organisation recorded.",
            discussion: "Says of each in one line what it rules; `consent show` says it in full.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The patient's alias.") var patient: String

        func run() throws {
            let desk = try Desk(options)
            try desk.insistOnBroker("Directives are")
            if let entries = try desk.consents(of: try desk.patient(patient).identifier) {
                let names = entries.isEmpty ? [:] : try desk.organisationNames()
                let rows = try entries.map { ($0, try says($0, names, on: desk)) }
                try show(rows, on: desk)
            }
            try desk.finish()
        }

        /// What a directive rules; nil where its document can no longer be had.
        private func says(
            _ entry: ConsentView, _ names: [String: String], on desk: Desk
        ) throws -> String? {
            do {
                let consent = try desk.consent(entry.id)
                guard consent?.newest.version == entry.version else { return nil }
                return desk.summary(of: consent?.document, names)?.line
            } catch  where CommandFailure(error)?.refusal != nil {
                // One that may not be read must not hide the others.
                return nil
            }
        }

        private func show(_ rows: [(ConsentView, String?)], on desk: Desk) throws {
            guard !desk.screen.isJSON else {
                return try desk.screen.print(
                    json: ["consents": rows.map { ConsentOutput($0, says: $1) }])
            }
            desk.screen.print(
                Self.table(rows, desk.times),
                ifEmpty: "Nothing is recorded. Record with `careloop consent put`.")
        }

        /// The rows for people; what each rules stands below it, whole.
        static func table(_ rows: [(ConsentView, String?)], _ times: RelativeTime) -> Table {
            var table = Table([
                .init("directive"), .init("version", isNumber: true), .init("status"),
                .init("recorded"), .init("by"), .init("withdrawn"),
            ])
            for (entry, says) in rows {
                table.add(
                    [
                        .init(entry.id.description), .init(String(entry.version)),
                        .init(entry.status, entry.status == "active" ? .good : .faint),
                        .init(times.text(entry.recordedAt)), .init(entry.recordedBy.text),
                        .init(times.text(entry.revokedAt)),
                    ], above: says ?? "(its text is not to be had)")
            }
            return table
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
