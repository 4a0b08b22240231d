internal import ArgumentParser
internal import CareAgent
internal import CareModel

extension BreakGlassCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the overrides that wait for a judgement, then those that have one.",
            discussion: "For coordinators, auditors and administrators of the organisations "
                + "concerned. Nobody judges their own: those are listed with --own. Notices of "
                + "what is listed count as opened; with --json only with --opened.")

        @OptionGroup var options: GlobalOptions
        @OptionGroup var opening: OpeningOptions
        @Flag(help: "List your own that are running, as this machine remembers them.")
        var own = false

        func run() throws {
            let desk = try Desk(options)
            guard !own else { return try showOwn(desk) }
            try desk.insistOnBroker("Overrides are")
            if let entries = try desk.askForAll(.breakGlasses, \.breakGlasses) {
                try show(entries, on: desk)
                if opening.isRead(on: desk.screen) {
                    try desk.markOpened(noticesOf: Set(entries.map(\.id)))
                }
            }
            try desk.finish()
        }

        private func show(_ entries: [BreakGlassView], on desk: Desk) throws {
            let patients = try entries.map { try desk.label(of: $0.patient) }
            guard !desk.screen.isJSON else {
                let rows = try entries.map { try BreakGlassOutput($0, on: desk) }
                return try desk.screen.print(json: ["breakGlasses": rows])
            }
            desk.screen.print(
                Self.table(Array(zip(entries, patients)), desk.times),
                ifEmpty: "Nobody has broken the glass.")
            if entries.contains(where: { $0.finding == nil }) {
                desk.screen.hint(
                    "Judge with `careloop break-glass review ID --justified` or --unjustified.")
            }
        }

        /// The rows for people; why somebody broke the glass stands below each, whole.
        static func table(
            _ rows: [(entry: BreakGlassView, patient: String)], _ times: RelativeTime
        ) -> Table {
            var table = Table([
                .init(""), .init("id"), .init("who", isFlexible: true), .init("when"),
                .init("for"), .init("patient", isFlexible: true),
                .init("judged", isFlexible: true),
            ])
            for (entry, patient) in rows {
                let isOpen = entry.finding == nil
                table.add(
                    [
                        .init(isOpen ? "•" : "", .strong), .init(entry.id.description),
                        .init("\(entry.agent.text), \(entry.organisation.text)"),
                        .init(times.text(entry.startedAt)), .init(Self.length(entry, times)),
                        .init(patient), judgement(entry),
                    ], above: entry.words)
            }
            return table
        }

        /// For how long it held, or until when it holds.
        static func length(_ entry: BreakGlassView, _ times: RelativeTime) -> String {
            guard let end = entry.endsAt else { return "" }
            if entry.endedAt == nil, end > times.now { return "until \(times.local(end))" }
            return RelativeTime(now: entry.endedAt ?? end).age(since: entry.startedAt)
        }

        private static func judgement(_ entry: BreakGlassView) -> Table.Cell {
            guard let finding = entry.finding else { return .init("not yet", .warning) }
            let by = [entry.reviewer.text, entry.reviewerOrganisation.text].filter { !$0.isEmpty }
            return .init(
                "\(finding) (\(by.joined(separator: ", ")))",
                finding == .justified ? .good : .bad)
        }

        private func showOwn(_ desk: Desk) throws {
            let running = try desk.store.runningBreakGlasses(at: desk.now)
            guard !desk.screen.isJSON else {
                let rows = try running.map { try BreakGlassOutput($0, on: desk) }
                return try desk.screen.print(json: ["breakGlasses": rows])
            }
            var table = Table([.init("id"), .init("patient"), .init("since"), .init("until")])
            for glass in running {
                table.add([
                    .init(glass.id.description), .init(try desk.label(of: glass.patient)),
                    .init(desk.times.text(glass.startedAt)), .init(desk.times.local(glass.endsAt)),
                ])
            }
            desk.screen.print(table, ifEmpty: "You have no override running.")
        }
    }

    struct Review: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Judge an override; only somebody else than its author can.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The override's id; see `careloop break-glass list`.") var id: String
        @Flag(help: "It was an emergency.") var justified = false
        @Flag(help: "It was none.") var unjustified = false

        mutating func validate() throws {
            guard justified != unjustified else {
                throw ValidationError("Say what you found: --justified or --unjustified.")
            }
        }

        func run() throws {
            guard let id = BreakGlassID(id) else {
                throw CommandFailure.usage(
                    "That is no override's id. See `careloop break-glass list`.")
            }
            let desk = try Desk(options)
            try desk.insistOnBroker("Overrides are judged")
            let finding: BreakGlass.Finding = justified ? .justified : .unjustified
            let draft = desk.acting(.breakGlassReview(id, finding))
            let receipt = try desk.sendNow(draft, otherwise: "Your judgement was not recorded.")
            try desk.markOpened(noticesOf: [id])
            if desk.screen.isJSON {
                try desk.screen.print(json: SentOutput(draft, receipt))
            } else {
                desk.screen.print(
                    receipt.outcome == .unchanged
                        ? "It was judged \(finding.rawValue) already; that judgement stands."
                        : justified
                            ? "It is judged justified, for good."
                            : "It is judged unjustified, for good, and is over if it still held.")
            }
            desk.agent.disconnect()
        }
    }
}
