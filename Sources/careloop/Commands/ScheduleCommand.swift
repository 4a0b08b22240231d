internal import ArgumentParser
internal import CareAgent
internal import CareModel

/// Books or moves the appointment.
struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Book the appointment, or move it.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("When it begins, such as 2026-12-01T10:00.", valueName: "time"))
    var start: String

    @Option(help: "How long it takes, in minutes.")
    var minutes = 30

    @Option(
        help: ArgumentHelp(
            "Why it is moved, with an appointment that stands: \(ReasonSet.reschedule.list).",
            valueName: "code"))
    var reason: String?

    @OptionGroup var comment: CommentOptions

    func run() throws {
        guard (1...1_440).contains(minutes) else {
            throw CommandFailure.usage("--minutes takes 1 to 1440.")
        }
        let reason = try self.reason.map { try ReasonSet.reschedule.reason($0) }
        let desk = try Desk(options)
        let start = try TimeInput(now: desk.now).time(self.start, option: "--start", day: .start)
        let end = start + .seconds(minutes * 60)
        guard let visit = Appointment(start: start, end: end) else {
            preconditionFailure("a visit ends after it began")
        }
        let document = try comment.document(for: reason, topic: "Appointment", on: desk.screen)
        try desk.make(
            MoveRequest(.schedule, reason: reason, document: document) { $0.appointment = visit },
            move)
    }
}
