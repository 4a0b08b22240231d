internal import ArgumentParser
internal import CareModel

/// Will not see the patient.
struct DeclineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decline", abstract: "Decline the referral.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("Why: \(ReasonSet.decline.list).", valueName: "code"))
    var reason: String?

    @OptionGroup var comment: CommentOptions

    func run() throws {
        let reason = try ReasonSet.decline.required(self.reason)
        let desk = try Desk(options)
        let document = try comment.document(for: reason, topic: "Decline", on: desk.screen)
        try desk.make(MoveRequest(.decline, reason: reason, document: document), move)
    }
}
