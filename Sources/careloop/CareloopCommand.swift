internal import ArgumentParser
internal import Foundation

/// Is the agent's command line.
@main
struct CareloopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "careloop",
        abstract: "Refer patients, answer referrals and watch that none is lost.",
        discussion: """
            Referrals go by their number, R-XXXX-XXXX-XXXX, or by how it begins. Mailboxes go by \
            service:NAME or just NAME. Clinical text comes from files, stdin (-) or a prompt, never \
            from the command line; patients go by aliases that this machine keeps.

            Exit codes: 0 done, 1 refused, 2 usage, 3 no broker reached (queued), 4 conflict.
            """,
        version: "careloop 0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Start",
                subcommands: [
                    InitCommand.self, ContextCommand.self, DoctorCommand.self, RunCommand.self,
                    DirectoryCommand.self,
                ]),
            CommandGroup(
                name: "Refer",
                subcommands: [
                    PatientCommand.self, ReferCommand.self, AnswerCommand.self,
                    AcknowledgeCommand.self, CancelCommand.self, ErrorCommand.self,
                ]),
            CommandGroup(
                name: "Answer",
                subcommands: [
                    AcceptCommand.self, DeclineCommand.self, RedirectCommand.self, AskCommand.self,
                    ScheduleCommand.self, NoShowCommand.self, CancelAppointmentCommand.self,
                    NoteCommand.self, CompleteCommand.self, CorrectCommand.self,
                    ConfirmCancelCommand.self, RefuseCancelCommand.self, HoldCommand.self,
                    ResumeCommand.self, FailCommand.self,
                ]),
            CommandGroup(
                name: "Look",
                subcommands: [
                    InboxCommand.self, ShowCommand.self, OpenCommand.self, TrackCommand.self,
                    TimelineCommand.self,
                ]),
            CommandGroup(
                name: "Keep",
                subcommands: [
                    ConsentCommand.self, BreakGlassCommand.self, DisclosuresCommand.self,
                    DeadLettersCommand.self,
                ]),
        ])

    static var _errorLabel: String { "careloop" }

    @OptionGroup var options: GlobalOptions

    /// Parses, runs and exits with a status of ``ExitStatus``.
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            var command = try parseAsRoot(arguments)
            if var following = command as? any AsyncParsableCommand {
                try await following.run()
            } else {
                try command.run()
            }
        } catch {
            Ending(error, isJSON: arguments.contains("--json")).leave()
        }
    }
}
