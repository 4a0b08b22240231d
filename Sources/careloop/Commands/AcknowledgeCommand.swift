internal import ArgumentParser
internal import CareModel

/// Acknowledges the result.
struct AcknowledgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge", abstract: "Acknowledge the final note and close the loop.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Flag(help: "A follow-up is planned; without it no further action is.")
    var followUp = false

    func run() throws {
        let desk = try Desk(options)
        let reason = ReasonCode(followUp ? "follow-up-planned" : "no-further-action")
        try desk.make(MoveRequest(.acknowledge, reason: reason), move)
    }
}
