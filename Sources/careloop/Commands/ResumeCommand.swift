internal import ArgumentParser
internal import CareModel

/// Goes on after a pause.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on after a pause.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    func run() throws {
        try Desk(options).make(MoveRequest(.resume), move)
    }
}
