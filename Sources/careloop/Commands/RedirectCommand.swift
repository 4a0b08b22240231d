internal import ArgumentParser
internal import CareAgent
internal import CareModel

/// Passes a referral on.
struct RedirectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redirect", abstract: "Pass the referral on to another service.",
        discussion: "The broker opens a new referral there, tied to this one.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var move: MoveOptions

    @Option(help: ArgumentHelp("Where to: service:NAME or NAME.", valueName: "mailbox"))
    var to: String

    @Option(help: ArgumentHelp("Why: \(ReasonSet.decline.list).", valueName: "code"))
    var reason: String?

    @OptionGroup var comment: CommentOptions

    func run() throws {
        let reason = try ReasonSet.decline.required(self.reason)
        let to = try Mailbox(typed: self.to, option: "--to")
        let desk = try Desk(options)
        let next = AgentIDs.system.referral()
        let document = try comment.document(for: reason, topic: "Redirection", on: desk.screen)
        let request = MoveRequest(.redirect, reason: reason, document: document) { draft in
            draft.to = to
            draft.otherLeg = next
        }
        try desk.make(request, move, next: ReferralNumber(next))
    }
}
