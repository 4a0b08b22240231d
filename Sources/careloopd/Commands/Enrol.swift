import ArgumentParser
import CareAgent
import CareModel

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
        let identifiers = try identifier.map { text in
            let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw ValidationError("An identifier has the form system|value.")
            }
            guard
                let identifier = BusinessIdentifier(
                    system: String(parts[0]), value: String(parts[1]))
            else {
                throw OperatorFailure(
                    "The field identifiers needs a value, and no more than 256 bytes.")
            }
            return identifier
        }
        let organisation = Organisation(
            id: try enrolled(id, "id"), name: name, identifiers: identifiers)
        try await enrol("organisation \(id)", .enrolOrganisation(organisation), data)
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
        let service = Service(
            id: try enrolled(id, "id"), organisation: try enrolled(organisation, "organisation"),
            name: name)
        try await enrol("service \(id)", .enrolService(service), data)
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
        let agent = CareModel.Agent(
            id: try enrolled(id, "id"), organisation: try enrolled(organisation, "organisation"),
            name: name, publicKey: key, roles: Set(role.compactMap { Role(rawValue: $0) }),
            services: Set(try service.map { try enrolled($0, "services") }))
        try await enrol("agent \(id)", .enrolAgent(agent), data)
    }
}

/// Takes an agent's key away.
struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take an agent's key away, for ever. Its session ends at once.")

    @OptionGroup var data: DataOptions
    @Argument(help: "The agent.") var id: String

    func run() async throws {
        try await enrol(
            "agent \(id)", .revokeAgent(try enrolled(id, "id")), data, done: "revoked")
    }
}

/// Reads a short name, with the words the broker would use.
private func enrolled<Name: NamedIdentifier>(
    _ text: String, _ field: String
) throws(OperatorFailure) -> Name {
    guard let name = Name(text) else {
        throw OperatorFailure(
            "The field \(field) needs 1 to 64 of a-z, 0-9, - and . with a letter or digit first.")
    }
    return name
}

/// Sends a command that changes the directory and tells how it came out.
private func enrol(
    _ subject: String, _ command: OperatorCommand, _ data: DataOptions, done: String = "enrolled"
) async throws {
    switch try await data.send(command) {
    case .unchanged: print("\(subject): was so already")
    default: print("\(subject): \(done)")
    }
}
