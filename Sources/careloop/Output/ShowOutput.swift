internal import CareFHIR
internal import CareModel

/// Is a referral with all its messages as scripts see it.
struct ShowOutput: Encodable {
    /// Is a message with the readable lines of its document.
    struct Message: Encodable {
        let message: MessageOutput
        let lines: [String]?
        /// What changes the meaning of something in the document; absent if nothing does.
        let caveats: [CaveatOutput]?

        /// Describes a message and its document.
        init(_ entry: HistoryEntry, at time: ShowingTime) {
            let document = entry.payload.map { DocumentView($0, at: time) }
            message = entry.output
            lines = document?.lines
            caveats = JSONText.list(document?.remarks.map { CaveatOutput($0) } ?? [])
        }

        func encode(to encoder: any Encoder) throws {
            try message.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encodeIfPresent(lines, forKey: .lines)
            try container.encodeIfPresent(caveats, forKey: .caveats)
        }

        private enum Key: CodingKey { case lines, caveats }
    }

    let referral: ReferralOutput
    let messages: [Message]
    let stale: Bool

    /// Describes a referral and its history.
    init(_ referral: ReferralView, _ history: [HistoryEntry], on desk: Desk) throws {
        self.referral = ReferralOutput(
            referral,
            patient: try desk.patientLook(of: referral.id, history, at: desk.times.showing),
            isRedacted: history.contains(where: \.isRedacted))
        messages = history.map { Message($0, at: desk.times.showing) }
        stale = desk.isStale
    }
}
