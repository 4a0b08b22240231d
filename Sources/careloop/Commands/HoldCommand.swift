internal import ArgumentParser
internal import CareModel

/// Pauses a referral.
struct HoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Pause the referral.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("Why: \(ReasonSet.hold.list).", valueName: "code"))
    var reason: String?

    @OptionGroup var comment: CommentOptions

    func run() throws {
        let reason = try ReasonSet.hold.required(self.reason)
        let desk = try Desk(options)
        let document = try comment.document(for: reason, topic: "Pause", on: desk.screen)
        try desk.make(MoveRequest(.hold, reason: reason, document: document), move)
    }
}
