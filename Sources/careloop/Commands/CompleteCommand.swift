internal import ArgumentParser
internal import CareModel

/// Sends the final note.
struct CompleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete", abstract: "Send the final note; it waits to be acknowledged.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("How it ended: \(ReasonSet.outcome.list).", valueName: "code"))
    var outcome: String?

    @OptionGroup var document: DocumentOptions

    func run() throws {
        let outcome = try ReasonSet.outcome.required(self.outcome, option: "--outcome")
        let desk = try Desk(options)
        let document = try document.document(asking: "The final note", on: desk.screen) {
            .note($0, title: "Consult note", isFinal: true)
        }
        try desk.make(MoveRequest(.complete, reason: outcome, document: document), move)
    }
}
