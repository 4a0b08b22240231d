internal import ArgumentParser
internal import CareModel

/// Calls the appointment off.
struct CancelAppointmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel-appointment", abstract: "Call the appointment off; the referral stays."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("Why: \(ReasonSet.cancel.list).", valueName: "code"))
    var reason: String?

    @OptionGroup var comment: CommentOptions

    func run() throws {
        let reason = try ReasonSet.cancel.required(self.reason)
        let desk = try Desk(options)
        let document = try comment.document(for: reason, topic: "Appointment", on: desk.screen)
        try desk.make(MoveRequest(.cancelAppointment, reason: reason, document: document), move)
    }
}
