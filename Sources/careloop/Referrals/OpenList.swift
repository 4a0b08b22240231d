internal import CareModel

/// Lays out a coordinator's list: grouped by why a referral is open, the oldest first.
enum OpenList {
    /// The referrals in the order of the worklists, within each the urgent and the old first.
    static func sorted(_ referrals: [ReferralView]) -> [ReferralView] {
        referrals.sorted { left, right in
            let one = (group(left), urgency(left), left.updatedAt?.milliseconds ?? 0)
            let two = (group(right), urgency(right), right.updatedAt?.milliseconds ?? 0)
            return one < two
        }
    }

    /// The rows for people.
    static func table(
        _ referrals: [ReferralView], looks: [PatientLook], times: RelativeTime,
        redacted: Set<ReferralID> = []
    ) -> Table {
        var table = Table([
            .init("why open"), .init("number"), .init("patient", isFlexible: true),
            .init("to", isFlexible: true), .init("priority"), .init("age", isNumber: true),
            .init("waits for"), .init("due"), .init("next step", isFlexible: true),
        ])
        var last: String?
        for (referral, look) in zip(referrals, looks) {
            let why = referral.whyOpen
            let due = referral.dueAt ?? referral.appointment?.start
            let parts = redacted.contains(referral.id) ? " (parts left out)" : ""
            let isOverdue = due.map { $0 < times.now } ?? false
            table.add(
                [
                    .init(why == last ? "" : why, .strong), .init(referral.number.description),
                    .init(look.label), .init(referral.to?.spoken ?? ""),
                    .init(
                        referral.priority.text, referral.priority == .routine ? .plain : .warning),
                    .init(times.age(since: referral.updatedAt)), .init(waitsFor(referral)),
                    .init(times.text(due), isOverdue ? .bad : .plain),
                    .init(nextStep(referral) + parts, .faint),
                ], after: look.words)
            last = why
        }
        return table
    }

    /// What has to happen for the referral to go on.
    static func nextStep(_ referral: ReferralView) -> String {
        switch referral.state?.value {
        case .draft: "send it"
        case .requested: "collect it"
        case .received: "accept or decline"
        case .infoRequested: "answer the question"
        case .accepted: "book an appointment"
        case .scheduled: "send a note after the visit"
        case .noShow, .appointmentCancelled: "book again"
        case .seen: "send the final note"
        case .onHold: "resume"
        case .cancelRequested: "confirm or refuse the cancellation"
        case .completed: "acknowledge the result"
        case .declined, .expired: "refer again"
        default: ""
        }
    }

    /// The organisation that owes the next step.
    private static func waitsFor(_ referral: ReferralView) -> String {
        switch referral.nextSide {
        case .initiator: referral.initiator?.name ?? "us"
        case .recipient: referral.recipient?.name ?? "recipient"
        default: ""
        }
    }

    private static func group(_ referral: ReferralView) -> Int {
        Worklist.allCases.firstIndex { referral.worklist == $0 } ?? Worklist.allCases.count
    }

    private static func urgency(_ referral: ReferralView) -> Int {
        let order: [Priority] = [.stat, .urgent, .routine]
        return order.firstIndex { referral.priority == $0 } ?? order.count
    }
}
