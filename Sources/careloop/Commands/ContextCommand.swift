internal import ArgumentParser
internal import CareAgent
internal import CareFHIR

/// Groups the commands on contexts.
struct ContextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context", abstract: "List, choose, show and delete contexts.",
        subcommands: [List.self, Use.self, Show.self, Delete.self], defaultSubcommand: List.self)

    /// Is a context as scripts see it.
    struct Output: Encodable {
        let name: String
        let agent: String
        let brokers: [String]
        let brokerKey: String
        let publicKey: String?
        /// On whose behalf the context acts; absent if nobody in particular.
        let actingFor: PersonOutput?
        let folder: String
        let current: Bool

        init(_ context: AgentContext, in contexts: AgentContexts) {
            name = context.name
            agent = context.agent
            brokers = context.endpoints.map(\.control)
            brokerKey = context.brokerKey
            publicKey = try? contexts.publicKey(of: context.name)
            actingFor = context.actingFor.map { PersonOutput($0) }
            folder = contexts.directory(of: context.name)
            current = contexts.current == context.name
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the contexts.")

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let screen = Screen(options)
            let contexts = AgentContexts()
            let rows = contexts.list().map { Output($0, in: contexts) }
            guard !screen.isJSON else { return try screen.print(json: ["contexts": rows]) }
            var table = Table([
                .init(""), .init("name"), .init("agent"), .init("broker", isFlexible: true),
            ])
            for context in rows {
                table.add([
                    context.current ? "*" : "",
                    .init(context.name, context.current ? .strong : .plain),
                    .init(context.agent), .init(context.brokers.joined(separator: " ")),
                ])
            }
            screen.print(table, ifEmpty: "No contexts yet. Make one with `careloop init`.")
        }
    }

    struct Use: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a context the current one.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The context's name.") var name: String

        func run() throws {
            let screen = Screen(options)
            let contexts = AgentContexts()
            try contexts.use(name)
            guard !screen.isJSON else {
                return try screen.print(json: Output(try contexts.load(name), in: contexts))
            }
            screen.print("Now working for \(name).")
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a context.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The context's name; the current one without it.") var name: String?

        func run() throws {
            let screen = Screen(options)
            let contexts = AgentContexts()
            let context = Output(
                try name.map { try contexts.load($0) } ?? contexts.chosen(options), in: contexts)
            guard !screen.isJSON else { return try screen.print(json: context) }
            screen.print([
                "Name        \(context.name)\(context.current ? " (current)" : "")",
                "Agent       \(context.agent)",
                "Brokers     \(context.brokers.joined(separator: " "))",
                "Broker key  \(context.brokerKey)",
                "Public key  \(context.publicKey ?? "unreadable; see `careloop doctor`")",
                "Folder      \(context.folder)",
            ])
            if let person = context.actingFor {
                screen.print("Acts for    \(PlainText.line(person.text))")
            }
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a context with its key and its mail. This cannot be undone.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The context's name.") var name: String
        @Flag(help: "Do not ask.") var yes = false

        func run() throws {
            let screen = Screen(options)
            let contexts = AgentContexts()
            let context = Output(try contexts.load(name), in: contexts)
            if !yes {
                guard screen.canPrompt else {
                    throw CommandFailure.usage(
                        "Deleting takes key and mail away. Repeat with --yes.")
                }
                let answer = Prompt(screen: screen).line(
                    "Delete \(name) with its key and mail? (yes/no)")
                guard answer == "yes" else {
                    throw CommandFailure(.refused, "not-confirmed", "Nothing was deleted.")
                }
            }
            try contexts.delete(name)
            guard !screen.isJSON else { return try screen.print(json: context) }
            screen.print("Context \(name) is deleted.")
        }
    }
}
