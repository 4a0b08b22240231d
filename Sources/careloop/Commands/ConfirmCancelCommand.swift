internal import ArgumentParser
internal import CareModel

/// Agrees to the cancellation.
struct ConfirmCancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm-cancel", abstract: "Agree to the cancellation.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    func run() throws {
        try Desk(options).make(MoveRequest(.confirmCancel), move)
    }
}
