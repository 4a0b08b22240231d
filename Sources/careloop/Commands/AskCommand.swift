internal import ArgumentParser
internal import CareAgent
internal import CareModel

/// Asks the initiator for something.
struct AskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask", abstract: "Ask the referring side for something that is missing.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("What is missing: \(ReasonSet.ask.list).", valueName: "code"))
    var missing: String?

    @Option(help: ArgumentHelp("When the answer is wanted, at the latest.", valueName: "date"))
    var due: String

    @Flag(help: "Nothing goes on without the answer.")
    var blocking = false

    @OptionGroup var comment: CommentOptions

    func run() throws {
        let reason = try ReasonSet.ask.required(missing, option: "--missing")
        let desk = try Desk(options)
        let due = try TimeInput(now: desk.now).time(self.due, option: "--due", day: .end)
        let document = try comment.document(for: reason, topic: "Question", on: desk.screen)
        let blocking = self.blocking
        try desk.make(
            MoveRequest(.ask, reason: reason, document: document) { draft in
                draft.dueAt = due
                draft.isBlocking = blocking
            }, move)
    }
}
