internal import ArgumentParser
internal import CareModel

/// Ends a referral that cannot be carried out.
struct FailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fail", abstract: "End a referral that cannot be carried out.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("Why: \(ReasonSet.fail.list).", valueName: "code"))
    var reason: String?

    @OptionGroup var comment: CommentOptions

    func run() throws {
        let reason = try ReasonSet.fail.required(self.reason)
        let desk = try Desk(options)
        let document = try comment.document(for: reason, topic: "Failure", on: desk.screen)
        try desk.make(MoveRequest(.fail, reason: reason, document: document), move)
    }
}
