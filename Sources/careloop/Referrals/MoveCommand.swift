internal import CareModel

/// Names the command that makes a move.
enum MoveCommand {
    /// What to type after `careloop` to make a move, with what it cannot do without.
    static func line(_ move: ReferralMove, _ number: ReferralNumber, to mailbox: String) -> String {
        switch move {
        case .decline, .cancel, .noShow, .cancelAppointment, .refuseCancel, .hold, .fail, .correct:
            "\(move.rawValue) \(number) --reason CODE"
        case .enterInError: "error \(number) --reason CODE"
        case .redirect: "redirect \(number) --to SERVICE --reason CODE"
        case .ask: "ask \(number) --missing CODE --due DATE"
        case .schedule: "schedule \(number) --start 2026-12-01T10:00"
        case .complete: "complete \(number) --outcome CODE"
        case .referAgain:
            "refer ALIAS --to \(Mailbox.spoken(mailbox)) --reason CODE --again \(number)"
        default: "\(move.rawValue) \(number)"
        }
    }
}
