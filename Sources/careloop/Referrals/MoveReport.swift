internal import CareModel

/// Says in a sentence what a move has done.
enum MoveReport {
    /// The sentence for a move with its receipt.
    static func sentence(
        _ move: ReferralMove, _ referral: ReferralView, _ receipt: Receipt
    ) -> String {
        let number = referral.number.description
        guard receipt.outcome.value != .unchanged else {
            return "\(number) was \(receipt.state.text) already; nothing was changed."
        }
        let told = audience(of: move, referral).map { "; \($0) will be told" } ?? ""
        return "\(number) is \(receipt.state.text) now\(told)."
    }

    /// Whom the move is for, as far as that can be said without asking.
    private static func audience(of move: ReferralMove, _ referral: ReferralView) -> String? {
        switch move {
        case .accept, .decline, .redirect, .ask, .schedule, .noShow, .note, .complete,
            .confirmCancel, .refuseCancel, .correct, .fail, .hold, .resume:
            return JSONText.text(referral.initiator)
        case .request, .answer, .cancel, .acknowledge:
            return JSONText.text(referral.recipient)
        default:
            return nil
        }
    }
}
