internal import ArgumentParser
internal import CareModel

/// Does not agree to the cancellation.
struct RefuseCancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refuse-cancel", abstract: "Do not agree to the cancellation.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("Why: \(ReasonSet.refuseCancel.list).", valueName: "code"))
    var reason: String?

    @OptionGroup var comment: CommentOptions

    func run() throws {
        let reason = try ReasonSet.refuseCancel.required(self.reason)
        let desk = try Desk(options)
        let document = try comment.document(for: reason, topic: "Cancellation", on: desk.screen)
        try desk.make(MoveRequest(.refuseCancel, reason: reason, document: document), move)
    }
}
