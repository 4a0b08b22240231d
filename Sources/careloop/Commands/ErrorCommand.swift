internal import ArgumentParser
internal import CareModel

/// Strikes a referral out.
struct ErrorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "error", abstract: "Strike out a referral that should never have been.",
        aliases: ["enter-in-error"])

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("Why: \(ReasonSet.error.list).", valueName: "code"))
    var reason: String?

    @OptionGroup var comment: CommentOptions

    func run() throws {
        let reason = try ReasonSet.error.required(self.reason)
        let desk = try Desk(options)
        let document = try comment.document(for: reason, topic: "Entered in error", on: desk.screen)
        try desk.make(MoveRequest(.enterInError, reason: reason, document: document), move)
    }
}
