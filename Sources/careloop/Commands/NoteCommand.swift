internal import ArgumentParser
internal import CareModel

/// Sends an interim note.
struct NoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Send an interim note: the visit took place.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions
    @OptionGroup var document: DocumentOptions

    func run() throws {
        let desk = try Desk(options)
        let document = try document.document(asking: "The note", on: desk.screen) {
            .note($0, title: "Interim consult note", isFinal: false)
        }
        try desk.make(MoveRequest(.note, document: document), move)
    }
}
