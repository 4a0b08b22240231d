internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Groups the commands on the local names of patients.
struct PatientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patient",
        abstract: "Keep local aliases, so that no identifier is ever typed on a command line.",
        subcommands: [Add.self, List.self, Remove.self], defaultSubcommand: List.self)

    /// Is a patient as scripts see it.
    struct Output: Encodable {
        let alias: String
        let system: String
        let value: String
        /// The present name, by the newest document here; the one given with `patient add` without.
        let name: String?
        /// Names that are over or used otherwise; absent without any.
        let formerNames: [String]?
        /// What has to be known of the patient first; absent if nothing has.
        let caveats: [CaveatOutput]?
        let birthDate: String?

        init(_ patient: AgentStore.Patient, _ look: PatientLook? = nil) {
            alias = patient.alias
            system = patient.identifier.system
            value = patient.identifier.value
            name = JSONText.text(look?.label ?? "") ?? JSONText.text(patient.name)
            formerNames = JSONText.list(look?.formerNames ?? [])
            caveats = look?.output
            birthDate = JSONText.text(patient.birthDate)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the aliases.")

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let desk = try Desk(options)
            let patients = try desk.store.patients()
            let looks = try desk.patientLooks()
            guard !desk.screen.isJSON else {
                return try desk.screen.print(
                    json: ["patients": patients.map { Output($0, looks[$0.identifier]) }])
            }
            var table = Table([
                .init("alias"), .init("name", isFlexible: true), .init("born"),
                .init("identifier"), .init("system", isFlexible: true),
            ])
            for patient in patients {
                var look = looks[patient.identifier] ?? PatientLook()
                if look.label.isEmpty { look.label = patient.name }
                table.add(
                    [
                        .init(patient.alias, .strong), .init(look.label),
                        .init(patient.birthDate), .init(patient.identifier.value),
                        .init(patient.identifier.system, .faint),
                    ], after: look.words)
            }
            desk.screen.print(
                table, ifEmpty: "No patients yet. Add one with `careloop patient add ALIAS`.")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget an alias. Referrals of the patient stay.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The alias.") var alias: String

        func run() throws {
            let desk = try Desk(options)
            let patient = try desk.patient(alias)
            _ = try desk.store.removePatient(alias)
            guard !desk.screen.isJSON else { return try desk.screen.print(json: Output(patient)) }
            desk.screen.print("\(alias) is forgotten.")
        }
    }
}
