internal import CareModel

/// Is a referral with all its messages as scripts see it.
struct ShowOutput: Encodable {
    /// Is a message with the readable lines of its document.
    struct Message: Encodable {
        let message: MessageOutput
        let lines: [String]?

        func encode(to encoder: any Encoder) throws {
            try message.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encodeIfPresent(lines, forKey: .lines)
        }

        private enum Key: CodingKey { case lines }
    }

    let referral: ReferralOutput
    let messages: [Message]
    let stale: Bool

    /// Describes a referral and its history.
    init(_ referral: ReferralView, _ history: [HistoryEntry], on desk: Desk) throws {
        let label = try desk.patientLabel(of: referral.id)
        self.referral = ReferralOutput(
            referral, patient: JSONText.text(label),
            isRedacted: history.contains(where: \.isRedacted))
        messages = history.map { entry in
            Message(
                message: entry.output, lines: entry.payload.map { ReferralSheet.summary(of: $0) })
        }
        stale = desk.isStale
    }
}
