internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

extension ConsentCommand {
    struct Put: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record what a patient permits or forbids.",
            discussion: """
                Makes a FHIR Consent of the options, or sends the one of --file byte for byte. \
                Without --to it concerns everybody. Prints the directive's id and what it rules.
                """)

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The patient's alias.") var patient: String

        @Flag(help: "Permit.") var permit = false
        @Flag(help: "Forbid.") var deny = false
        @Option(help: ArgumentHelp("Whom it concerns; may be repeated.", valueName: "organisation"))
        var to: [String] = []
        @Option(
            help: ArgumentHelp(
                "What for, a v3-ActReason code (default COC, coordination of care); may be repeated.",
                valueName: "code"))
        var purpose: [String] = []
        @Option(help: ArgumentHelp("From when.", valueName: "date")) var from: String?
        @Option(help: ArgumentHelp("Until when.", valueName: "date")) var until: String?
        @OptionGroup var content: ContentOptions
        @Option(help: ArgumentHelp("A FHIR Consent, - for stdin.", valueName: "file"))
        var file: String?
        @Option(
            help: ArgumentHelp("Record a new version of this directive.", valueName: "id"))
        var consent: String?
        @Option(
            help: ArgumentHelp("Write the broker's signed receipt to this file.", valueName: "file")
        )
        var receipt: String?

        mutating func validate() throws {
            guard !(permit && deny) else {
                throw ValidationError("Give --permit or --deny, not both.")
            }
            let isBuilt =
                permit || deny || !to.isEmpty || !purpose.isEmpty || from != nil || until != nil
                || !content.isEmpty
            guard file == nil || !isBuilt else {
                throw ValidationError("With --file the directive says all else itself.")
            }
            guard !deny || content.onlyLabel.isEmpty else {
                throw ValidationError(
                    "--only-label goes with --permit. To forbid some content only, permit the rest: "
                        + "--permit --except-label.")
            }
            // What a patient said must never be guessed.
            guard file != nil || permit || deny else {
                throw ValidationError("Say what the patient said: --permit or --deny.")
            }
        }

        func run() throws {
            let id = try consentID()
            let desk = try Desk(options)
            let patient = try desk.patient(patient)
            try checkOrganisations(desk)
            let bytes =
                try file.map { try InputFile.bytes(at: $0) } ?? built(for: patient, desk: desk)
            var draft = desk.draft(.consentPut)
            draft.consent = id
            try desk.attach(bytes, to: &draft, patients: [patient.identifier])
            let sending = try desk.send(draft)
            let summary = desk.summary(of: draft.payload, try names(desk))
            try desk.report(draft, sending) { _ in
                "Directive \(id) is recorded." + (summary.map { "\nIt \($0.line)." } ?? "")
            }
            if case .answered(let answer) = sending {
                try desk.save(answer, of: id, to: receipt)
            }
            hintAtAnswers(desk)
            try desk.finish()
        }

        /// A directive about an organisation with a slip in its name would protect nobody.
        private func checkOrganisations(_ desk: Desk) throws {
            guard !to.isEmpty,
                let entries = try desk.askForAll(.directory(text: ""), \.directory)
            else { return }
            let known = Set(entries.map(\.organisation.name))
            for organisation in to where !known.contains(organisation) {
                throw CommandFailure(
                    .refused, "unknown-recipient",
                    "No organisation \(PlainText.line(organisation)) takes part. "
                        + "See `careloop directory`. Nothing was recorded.")
            }
        }

        /// What the organisations of the directive are called, for people.
        private func names(_ desk: Desk) throws -> [String: String] {
            desk.screen.isJSON || to.isEmpty ? [:] : try desk.organisationNames()
        }

        /// Answers are disclosures too: a permit for the specialist alone keeps the result away.
        private func hintAtAnswers(_ desk: Desk) {
            guard !deny, !to.isEmpty, let own = desk.welcome?.organisation?.name, !to.contains(own)
            else {
                return
            }
            desk.screen.hint(
                "This lets no document come back to \(own). Permit that too if you want answers: "
                    + "--to \(own).")
        }

        private func consentID() throws(CommandFailure) -> ConsentID {
            guard let consent else { return AgentIDs.system.consent() }
            guard let id = ConsentID(consent) else {
                throw .usage("--consent is no directive's id. See `careloop consent list`.")
            }
            return id
        }

        private func built(for patient: AgentStore.Patient, desk: Desk) throws -> [UInt8] {
            let times = TimeInput(now: desk.now)
            let organisations = try to.map { text in
                guard let organisation = OrganisationID(text) else {
                    throw CommandFailure.usage(
                        "--to takes an organisation's id; see `careloop directory`.")
                }
                return organisation
            }
            let content = try content.content()
            return ConsentBuilder(
                patient: patient.identifier, effect: deny ? .deny : .permit,
                organisations: organisations,
                purposes: purpose.isEmpty ? [.coordinationOfCare] : purpose.map { .purpose($0) },
                agreedAt: desk.now, exceptLabels: content.exceptLabels,
                exceptClasses: content.exceptClasses, exceptCodes: content.exceptCodes,
                onlyLabels: content.onlyLabels,
                start: try from.map { try times.time($0, option: "--from", day: .start) },
                end: try until.map { try times.time($0, option: "--until", day: .end) }
            ).bytes
        }
    }
}
