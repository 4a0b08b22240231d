internal import CareModel
internal import CareWire

/// Lays out a coordinator's list: grouped by why a referral is open, the oldest first.
enum OpenList {
    /// The referrals in the order of the worklists, within each the urgent and the old first.
    static func sorted(_ referrals: [KnownReferral]) -> [KnownReferral] {
        referrals.sorted { left, right in
            let one = (group(left), urgency(left), left.wire.updatedAtMs)
            let two = (group(right), urgency(right), right.wire.updatedAtMs)
            return one < two
        }
    }

    /// The rows for people.
    static func table(
        _ referrals: [KnownReferral], looks: [PatientLook], times: RelativeTime,
        redacted: Set<ReferralID> = []
    ) -> Table {
        var table = Table([
            .init("why open"), .init("number"), .init("patient", isFlexible: true),
            .init("to", isFlexible: true), .init("priority"), .init("age", isNumber: true),
            .init("waits for"), .init("due"), .init("next step", isFlexible: true),
        ])
        var last: String?
        for (referral, look) in zip(referrals, looks) {
            let wire = referral.wire
            let why = wire.whyOpen
            let due = Timestamp(wire: wire.dueAtMs) ?? Timestamp(wire: wire.appointmentStartMs)
            let parts = redacted.contains(referral.id) ? " (parts left out)" : ""
            let isOverdue = due.map { $0 < times.now } ?? false
            table.add(
                [
                    .init(why == last ? "" : why, .strong), .init(referral.number.description),
                    .init(look.label), .init(Mailbox.spoken(wire.to)),
                    .init(wire.priority, wire.priority == "routine" ? .plain : .warning),
                    .init(times.age(since: Timestamp(wire: wire.updatedAtMs))),
                    .init(waitsFor(wire)),
                    .init(times.text(due), isOverdue ? .bad : .plain),
                    .init(nextStep(wire) + parts, .faint),
                ], after: look.words)
            last = why
        }
        return table
    }

    /// What has to happen for the referral to go on.
    static func nextStep(_ wire: WireReferral) -> String {
        switch ReferralState(rawValue: wire.state) {
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
    private static func waitsFor(_ wire: WireReferral) -> String {
        switch wire.nextSide {
        case "initiator": wire.initiator.isEmpty ? "us" : wire.initiator
        case "recipient": wire.recipient.isEmpty ? "recipient" : wire.recipient
        default: ""
        }
    }

    private static func group(_ referral: KnownReferral) -> Int {
        Worklist.allCases.firstIndex { $0.rawValue == referral.wire.worklist }
            ?? Worklist.allCases.count
    }

    private static func urgency(_ referral: KnownReferral) -> Int {
        Priority(rawValue: referral.wire.priority).flatMap {
            [.stat, .urgent, .routine].firstIndex(of: $0)
        } ?? 3
    }
}
