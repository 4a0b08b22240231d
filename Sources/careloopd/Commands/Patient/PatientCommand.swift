import ArgumentParser

/// Does what concerns one patient.
struct PatientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patient", abstract: "Do what concerns one patient's data.",
        subcommands: [PatientShred.self])
}
