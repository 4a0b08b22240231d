internal import ArgumentParser
internal import CareModel

/// Sends more after the final note.
struct CorrectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct",
        abstract: "Send an addendum or a correction after the final note.",
        discussion: "The referral opens again; send the final note anew when all is right.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("Which of the two: \(ReasonSet.correct.list).", valueName: "code"))
    var reason: String?

    @OptionGroup var document: DocumentOptions

    func run() throws {
        let reason = try ReasonSet.correct.required(self.reason)
        let desk = try Desk(options)
        let document = try document.document(asking: "The \(reason)", on: desk.screen) {
            .note($0, title: "Consult note, \(reason)", isFinal: true)
        }
        try desk.make(MoveRequest(.correct, reason: reason, document: document), move)
    }
}
