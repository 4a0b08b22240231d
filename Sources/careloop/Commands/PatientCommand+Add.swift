internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

extension PatientCommand {
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a patient under an alias, from a FHIR file or by prompts.",
            discussion: """
                With --from, takes the identifier, name and date of birth of the one patient of a \
                FHIR Patient or Bundle. Without it you are asked. Nothing leaves this machine.
                """)

        @OptionGroup var options: GlobalOptions

        @Argument(help: "The name you want to type: a-z, 0-9, - and . only.")
        var alias: String

        @Option(
            help: ArgumentHelp("A FHIR Patient or Bundle, - for stdin.", valueName: "file"))
        var from: String?

        @Option(
            help: ArgumentHelp(
                "Take the identifier of this system, where the file gives several.",
                valueName: "uri"))
        var system: String?

        @Flag(help: "Change a patient that goes by the alias already.")
        var replace = false

        func run() throws {
            guard ServiceID(alias) != nil else {
                throw CommandFailure.usage("That is no alias. Use a-z, 0-9, - and . only.")
            }
            let desk = try Desk(options)
            let (patient, look) =
                try from.map { try read($0, at: desk.times.showing) }
                ?? (prompt(on: desk.screen), PatientLook())
            guard alias != patient.identifier.value.lowercased(), !Self.holdsNumber(alias) else {
                throw CommandFailure.usage(
                    "An alias is typed on command lines, which others can see: "
                        + "use no identifier and no date of birth.")
            }
            if let known = try desk.store.patient(alias), known.identifier != patient.identifier,
                !replace
            {
                throw CommandFailure(
                    .refused, "alias-exists",
                    "Another patient goes by that alias. Choose another, or repeat with --replace.")
            }
            try desk.store.put(patient)
            guard !desk.screen.isJSON else {
                return try desk.screen.print(json: Output(patient, look))
            }
            let name = patient.name.isEmpty ? "a patient without a name" : patient.name
            desk.screen.print("\(alias) is \(PlainText.line(name)).")
            for former in look.formerNames {
                desk.screen.print("  Formerly or otherwise: \(former)")
            }
            guard !look.caveats.isEmpty else { return }
            desk.screen.print(desk.screen.style.paint("  ! \(look.words)", .bad))
        }

        /// Whether there are five digits or more in it, as in identifiers and dates of birth.
        private static func holdsNumber(_ alias: String) -> Bool {
            alias.filter(\.isNumber).count >= 5
        }

        private func read(
            _ path: String, at time: ShowingTime
        ) throws -> (AgentStore.Patient, PatientLook) {
            let bytes = try InputFile.bytes(at: path)
            let summary = try PatientSummary(of: bytes, at: time)
            guard
                let identifier = summary.identifiers.first(where: {
                    system == nil || $0.system == system
                })
            else {
                throw CommandFailure(
                    .refused, "patient-missing",
                    "The patient of the file has no identifier of that system. "
                        + "Leave --system out, or check it.")
            }
            let patient = AgentStore.Patient(
                alias: alias, identifier: identifier, name: summary.name,
                birthDate: summary.birthDate ?? "")
            return (patient, PatientLook(label: "", documents: [Payload(bytes)], at: time))
        }

        private func prompt(on screen: Screen) throws -> AgentStore.Patient {
            guard screen.canPrompt else {
                throw CommandFailure.usage(
                    "There is nobody to ask. Give the patient with --from FILE, or --from - for stdin."
                )
            }
            let prompt = Prompt(screen: screen)
            let value = prompt.line("Identifier")
            let system =
                self.system ?? prompt.line("System of the identifier, a URI (may be empty)")
            guard let identifier = BusinessIdentifier(system: system, value: value) else {
                throw CommandFailure.usage("A patient needs an identifier. Nothing was added.")
            }
            return AgentStore.Patient(
                alias: alias, identifier: identifier, name: prompt.line("Name (may be empty)"),
                birthDate: prompt.line("Date of birth, YYYY-MM-DD (may be empty)"))
        }
    }
}
