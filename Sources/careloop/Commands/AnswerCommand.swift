internal import ArgumentParser
internal import CareModel

/// Answers a question.
struct AnswerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: "Answer what the other side has asked.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions
    @OptionGroup var document: DocumentOptions

    func run() throws {
        let desk = try Desk(options)
        let document = try document.document(asking: "The answer", on: desk.screen) {
            .comment($0, topic: "Answer")
        }
        try desk.make(MoveRequest(.answer, document: document), move)
    }
}
