internal import CareModel

/// Is the inbox as scripts see it.
struct InboxOutput: Encodable {
    /// Is a line of it.
    struct Entry: Encodable {
        let referral: ReferralOutput?
        let patient: String?
        let from: String
        let what: String
        let at: String
        /// Messages that nobody has opened.
        let unopened: Int
        /// Whether the next move is this side's.
        let ours: Bool
        /// Whether parts of a document were left out; absent if not.
        let redacted: Bool?
        let messages: [MessageOutput]
    }

    let inbox: [Entry]
    /// Messages that wait at the broker and may not be collected now; absent if it was not asked.
    let waiting: Int?
    /// Whether the broker could not be reached, so that this may be old.
    let stale: Bool

    /// Describes `rows`.
    init(_ rows: [InboxRow], waiting: Int?, isStale: Bool) {
        inbox = rows.map { row in
            Entry(
                referral: row.referral.map {
                    ReferralOutput(
                        $0, patient: JSONText.text(row.patient), isRedacted: row.isRedacted)
                },
                patient: JSONText.text(row.patient), from: row.from, what: row.what,
                at: JSONText.time(row.time), unopened: row.unopenedCount, ours: row.isOurs,
                redacted: row.isRedacted ? true : nil,
                messages: row.messages.map { MessageOutput($0) })
        }
        self.waiting = waiting
        stale = isStale
    }
}
