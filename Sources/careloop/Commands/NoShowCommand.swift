internal import ArgumentParser
internal import CareModel

/// Records that the patient did not come.
struct NoShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "no-show", abstract: "Record that the patient did not come.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("Why: \(ReasonSet.noShow.list).", valueName: "code"))
    var reason: String?

    @OptionGroup var comment: CommentOptions

    func run() throws {
        let reason = try ReasonSet.noShow.required(self.reason)
        let desk = try Desk(options)
        let document = try comment.document(for: reason, topic: "No-show", on: desk.screen)
        try desk.make(MoveRequest(.noShow, reason: reason, document: document), move)
    }
}
