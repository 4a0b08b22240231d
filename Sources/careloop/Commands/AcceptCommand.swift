internal import ArgumentParser
internal import CareAgent
internal import CareModel

/// Takes a patient on.
struct AcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Take the patient on.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("When the visit is expected, at the latest.", valueName: "date"))
    var by: String?

    func run() throws {
        let desk = try Desk(options)
        let due = try by.map { text in
            try TimeInput(now: desk.now).time(text, option: "--by", day: .end)
        }
        try desk.make(
            MoveRequest(.accept) { $0.dueAt = due }, move)
    }
}
