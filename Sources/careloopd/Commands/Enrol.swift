import ArgumentParser
import CareModel
import CareWire
import SwiftProtobuf

/// Enrols who may take part.
struct Enrol: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Enrol an organisation, a service or an agent, or change what is known of it.",
        subcommands: [EnrolOrganisation.self, EnrolService.self, EnrolAgent.self])
}

struct EnrolOrganisation: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organisation", abstract: "Enrol an organisation.")

    @OptionGroup var data: DataOptions
    @Argument(help: "A short name: a-z, 0-9, - and .") var id: String
    @Option(help: "Its name for people.") var name: String
    @Option(
        help: ArgumentHelp(
            "How consent directives may call it; may be repeated.", valueName: "system|value"))
    var identifier: [String] = []

    func run() async throws {
        var wire = WireEnrolOrganisation()
        wire.id = id
        wire.name = name
        for text in identifier {
            let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw ValidationError("An identifier has the form system|value.")
            }
            wire.identifiers.append(
                .with {
                    $0.system = String(parts[0])
                    $0.value = String(parts[1])
                })
        }
        try await enrol("organisation \(id)", .with { $0.enrolOrganisation = wire }, data)
    }
}

struct EnrolService: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Enrol a service: a mailbox that a team of an organisation works.")

    @OptionGroup var data: DataOptions
    @Argument(help: "A short name: a-z, 0-9, - and .") var id: String
    @Option(help: "Whose it is.") var organisation: String
    @Option(help: "Its name for people.") var name: String

    func run() async throws {
        let command = WireAdminister.with {
            $0.enrolService.id = id
            $0.enrolService.organisation = organisation
            $0.enrolService.name = name
        }
        try await enrol("service \(id)", command, data)
    }
}

struct EnrolAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Enrol an agent: a person's or a system's identity, known by its key.",
        discussion: "The key is what `careloop init` printed on the agent's machine.")

    @OptionGroup var data: DataOptions
    @Argument(help: "A short name: a-z, 0-9, - and .") var id: String
    @Option(help: "Whose it is.") var organisation: String
    @Option(help: "Its name for people.") var name: String
    @Option(help: ArgumentHelp("The agent's public key.", valueName: "40 characters"))
    var key: String
    @Option(
        help: ArgumentHelp(
            "What it may do; may be repeated.",
            discussion: Role.allCases.map(\.rawValue).joined(separator: ", ")))
    var role: [String]
    @Option(help: "A service whose mailbox it works; may be repeated.")
    var service: [String] = []

    func validate() throws {
        for role in role where Role(rawValue: role) == nil {
            let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("There is no role \(role). Roles are: \(known).")
        }
    }

    func run() async throws {
        let command = WireAdminister.with {
            $0.enrolAgent.id = id
            $0.enrolAgent.organisation = organisation
            $0.enrolAgent.name = name
            $0.enrolAgent.publicKey = key
            $0.enrolAgent.roles = role
            $0.enrolAgent.services = service
        }
        try await enrol("agent \(id)", command, data)
    }
}

/// Takes an agent's key away.
struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take an agent's key away, for ever. Its session ends at once.")

    @OptionGroup var data: DataOptions
    @Argument(help: "The agent.") var id: String

    func run() async throws {
        try await enrol("agent \(id)", .with { $0.revokeAgent.id = id }, data, done: "revoked")
    }
}

/// Sends a command that changes the directory and tells how it came out.
private func enrol(
    _ subject: String, _ command: WireAdminister, _ data: DataOptions, done: String = "enrolled"
) async throws {
    let answer = try await data.send(command)
    switch answer.outcome {
    case "done": print("\(subject): \(done)")
    case "unchanged": print("\(subject): was so already")
    default: throw OperatorFailure("\(subject): \(answer.refusal.message)")
    }
}
