internal import ArgumentParser
internal import CareAgent
internal import CareModel
internal import ZeroMQ

/// Makes a context with a fresh key.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a context: who you are and which broker you talk to.",
        discussion:
            "The secret key stays on this machine. The public one goes to the operator. With "
            + "--acting-for all commands of the context act for that person.")

    @OptionGroup var options: GlobalOptions

    @Option(help: "The context's name on this machine.")
    var name: String

    @Option(help: "The agent's id at the broker.")
    var agent: String

    @Option(
        help: ArgumentHelp(
            "Where the broker is, such as tcp://host:7701. Give several to try in order.",
            valueName: "endpoint"))
    var broker: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The broker's public key, 40 characters.", valueName: "key"))
    var brokerKey: String

    func run() throws {
        let screen = Screen(options)
        let context = try self.context()
        let contexts = AgentContexts()
        guard !contexts.list().contains(where: { $0.name == name }) else {
            throw CommandFailure(
                .refused, "context-exists",
                "A context of that name exists. Choose another name, or delete it first with "
                    + "`careloop context delete`.")
        }
        let key = try contexts.create(context)
        let enrolment =
            "careloopd enrol agent \(agent) --organisation ORGANISATION "
            + "--name 'NAME' --role ROLE --key='\(key)'"
        guard !screen.isJSON else {
            return try screen.print(
                json: Output(
                    context: name, agent: agent, publicKey: key, enrol: enrolment,
                    current: contexts.current == name))
        }
        let roles = Role.allCases.sorted().map(\.rawValue).joined(separator: ", ")
        screen.print([
            "Context \(name) is made. Public key: \(key)", "",
            "Next, the broker's operator enrols you, on the broker's machine:", "",
            "  \(enrolment)", "", "ROLE is one or more of: \(roles).", "",
            "Then check with `careloop doctor`.",
        ])
    }

    private struct Output: Encodable {
        let context: String
        let agent: String
        let publicKey: String
        let enrol: String
        let current: Bool
    }

    private func context() throws(CommandFailure) -> AgentContext {
        guard AgentID(name) != nil else {
            throw .usage("--name \(name) is no name. Use a-z, 0-9, - and . only.")
        }
        guard AgentID(agent) != nil else {
            throw .usage("--agent \(agent) is no agent id. Use a-z, 0-9, - and . only.")
        }
        guard !broker.isEmpty else {
            throw .usage("--broker is missing. Give the broker's address, such as tcp://host:7701.")
        }
        for endpoint in broker where !Self.isEndpoint(endpoint) {
            throw .usage("--broker \(endpoint) is no address. Write tcp://host:port.")
        }
        guard CurvePublicKey(z85: brokerKey) != nil else {
            throw .usage(
                "--broker-key is no key. It has 40 characters; "
                    + "`careloopd init` prints it on the broker's machine. Quote it in the shell.")
        }
        return AgentContext(
            name: name, agent: agent, brokerKey: brokerKey,
            endpoints: broker.map { AgentContext.Endpoint(control: $0) },
            actingFor: options.person)
    }

    private static func isEndpoint(_ text: String) -> Bool {
        guard text.hasPrefix("tcp://") else { return false }
        let parts = text.dropFirst(6).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 2, let port = parts.last.flatMap({ UInt16($0) }) else { return false }
        return port > 0 && !parts[0].isEmpty
    }
}
