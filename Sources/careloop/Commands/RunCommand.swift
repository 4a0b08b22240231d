internal import ArgumentParser
internal import CareAgent
internal import CareModel
internal import Foundation

/// Stays connected in the background.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Stay connected: send what waits, collect what arrives, until stopped.",
        discussion: """
            With --on-arrival a command is started for each message that arrives. It gets one line \
            of JSON with ids and codes on its standard input, nothing clinical; see \
            docs/careloop-json.md. A message that another command collected starts none, nor does \
            one whose hook was still waiting when this program was killed: `careloop inbox` has \
            them. Log lines go to the standard error.
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: ArgumentHelp("Start this for each arrival.", valueName: "command"))
    var onArrival: String?

    @Option(help: ArgumentHelp("So many hooks at once, at most.", valueName: "number"))
    var hooks = 4

    mutating func validate() throws {
        guard (1...64).contains(hooks) else { throw ValidationError("--hooks takes 1 to 64.") }
        guard !options.offline else { throw ValidationError("run needs the broker.") }
    }

    func run() async throws {
        let desk = try Desk(options)
        let log = RunLog(isJSON: options.json)
        let hook = onArrival.map { HookRunner(command: $0, countMax: hooks, log: log) }
        log.say("started for \(desk.context.agent)")
        try await Watch(desk, collects: true, isLogged: true).run { change in
            switch change {
            case .connected(_, let endpoint): log.say("connected to \(endpoint)")
            case .disconnected(let reason): log.say("not connected: \(reason)")
            case .collected(let collected):
                let arrival = ArrivalOutput(collected)
                log.say("collected \(arrival.kind) \(arrival.number ?? arrival.message ?? "")")
                if options.json { try desk.screen.print(json: arrival) }
                hook?.start(arrival)
            case .recalled(let id): log.say("taken back \(id): consent was withdrawn")
            case .answered(let receipt):
                let code = receipt.refusal.map { " \($0.code)" } ?? ""
                log.say("\(receipt.outcome) \(receipt.message)\(code)")
            case .events, .caughtUp, .missed: break
            }
        }
        hook?.finish()
        log.say("stopped")
    }
}
