internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Groups the commands that override consent in an emergency, and judge that.
struct BreakGlassCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "break-glass",
        abstract: "Override a patient's consent in an emergency, and review who has.",
        discussion: """
            Holds for one patient and as long as the broker's operator has set (four hours unless \
            it was changed), needs the role `emergency` and a reason in words. The patient's \
            clinics are told at once, and somebody else judges it afterwards. While it holds, \
            `careloop timeline` shows the patient's documents.
            """,
        subcommands: [Start.self, Stop.self, List.self, Review.self],
        defaultSubcommand: Start.self)

    /// How long an override holds: what the broker says, or CLP-1's four hours if it does not.
    static func length(_ welcome: SessionWelcome?) -> Duration {
        guard let length = welcome?.breakGlass, length > .zero else { return .seconds(4 * 3_600) }
        return length
    }

    struct Start: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Break the glass for a patient.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The patient's alias.") var patient: String
        @Option(
            help: ArgumentHelp(
                "A file with the reason, - for stdin. Without it you are asked.",
                valueName: "file"))
        var reasonFile: String?

        func run() throws {
            let desk = try Desk(options)
            try desk.insistOnBroker("Consent is overridden")
            let patient = try desk.patient(patient)
            let words = try reason(on: desk.screen)
            let draft = desk.acting(.breakGlass(patient.identifier, because: words))
            let receipt: Receipt
            do {
                receipt = try desk.sendNow(
                    draft, otherwise: "The glass is not broken: consent holds as before.")
            } catch let failure as CommandFailure where failure.code == "break-glass-holds" {
                throw try explained(failure, patient, on: desk)
            }
            try report(receipt, draft, patient, on: desk)
            desk.agent.disconnect()
        }

        private func reason(on screen: Screen) throws(CommandFailure) -> String {
            let source = TextSource(
                path: reasonFile,
                question: "Why you must see this patient's data now; "
                    + "the patient's clinics will read it",
                option: "--reason-file")
            let words = try source.read(on: screen)
            guard words.utf8.count >= 10, words.count >= 10 else {
                throw .usage(
                    "The reason is too short to be understood. Write at least 10 characters. "
                        + "Nothing was sent.")
            }
            guard words.utf8.count <= 1_000 else {
                throw .usage("The reason is longer than 1000 bytes. Nothing was sent.")
            }
            return words
        }

        private func explained(
            _ failure: CommandFailure, _ patient: AgentStore.Patient, on desk: Desk
        ) throws -> CommandFailure {
            guard let running = try desk.runningBreakGlasses(for: patient.identifier).first else {
                return failure
            }
            var explained = CommandFailure(
                failure.status, failure.code,
                "You have broken the glass for \(patient.alias) already: it holds until "
                    + "\(desk.times.local(running.endsAt)). "
                    + "End it with `careloop break-glass stop \(patient.alias)`.")
            explained.refusal = failure.refusal
            return explained
        }

        private func report(
            _ receipt: Receipt, _ draft: Draft, _ patient: AgentStore.Patient,
            on desk: Desk
        ) throws {
            let now = AgentIDs.system.now()
            let end = now + BreakGlassCommand.length(desk.welcome)
            let id = receipt.breakGlass
            if let id {
                try desk.store.remember(
                    AgentStore.RunningBreakGlass(
                        id: id, patient: patient.identifier, startedAt: now, endsAt: end))
            }
            guard !desk.screen.isJSON else {
                return try desk.screen.print(
                    json: StartedOutput(
                        message: draft.message.description, outcome: receipt.outcome.code,
                        breakGlass: id?.description, patient: patient.alias,
                        endsAt: JSONText.time(end)))
            }
            desk.screen.print([
                "The glass is broken for \(patient.alias), until \(desk.times.local(end)) "
                    + "(\(RelativeTime(now: end).age(since: now)) from now).",
                "  The patient's clinics have been told, with your reason; "
                    + "somebody else will judge it.",
                "  Look:    careloop timeline \(patient.alias)",
                "  End it:  careloop break-glass stop \(patient.alias)",
            ])
        }

        private struct StartedOutput: Encodable {
            let message: String
            let outcome: String
            let breakGlass: String?
            let patient: String
            let endsAt: String
        }
    }

    struct Stop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End an override of yours before its time.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The patient's alias, or the override's id.") var subject: String

        func run() throws {
            let desk = try Desk(options)
            try desk.insistOnBroker("Overrides are")
            for id in try ids(desk) {
                let draft = desk.acting(.breakGlassEnd(id))
                let receipt: Receipt
                do {
                    receipt = try desk.sendNow(
                        draft, otherwise: "The override was not ended; it ends by itself.")
                } catch let failure as CommandFailure where failure.code == "unknown-break-glass" {
                    try desk.store.forgetBreakGlass(id)
                    throw failure
                }
                try desk.store.forgetBreakGlass(id)
                guard !desk.screen.isJSON else {
                    try desk.screen.print(json: SentOutput(draft, receipt))
                    continue
                }
                desk.screen.print(
                    receipt.outcome == .unchanged
                        ? "It had ended already." : "It is ended: consent holds again.")
            }
            desk.agent.disconnect()
        }

        private func ids(_ desk: Desk) throws -> [BreakGlassID] {
            if let id = BreakGlassID(subject) { return [id] }
            let patient = try desk.patient(subject)
            let running = try desk.runningBreakGlasses(for: patient.identifier)
            guard !running.isEmpty else {
                throw CommandFailure(
                    .refused, "unknown-break-glass",
                    "No override of yours for that patient is running, as far as is known on this "
                        + "machine. If you began one elsewhere, give its id.")
            }
            return running.map(\.id)
        }
    }
}
