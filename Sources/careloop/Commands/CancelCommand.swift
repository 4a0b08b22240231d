internal import ArgumentParser
internal import CareModel

/// Calls the referral off.
struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel the referral, or ask for that once the other side has it.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("Why: \(ReasonSet.cancel.list).", valueName: "code"))
    var reason: String?

    @OptionGroup var comment: CommentOptions

    func run() throws {
        let reason = try ReasonSet.cancel.required(self.reason)
        let desk = try Desk(options)
        let document = try comment.document(for: reason, topic: "Cancellation", on: desk.screen)
        try desk.make(MoveRequest(.cancel, reason: reason, document: document), move)
    }
}
