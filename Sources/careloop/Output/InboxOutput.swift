internal import CareModel

/// Is the inbox as scripts see it.
struct InboxOutput: Encodable {
    /// Is a line of it.
    struct Entry: Encodable {
        let referral: ReferralOutput?
        let patient: String?
        /// Names of the patient that are over or used otherwise; absent without any.
        let patientFormerNames: [String]?
        /// What has to be known of the patient first; absent if nothing has.
        let patientCaveats: [CaveatOutput]?
        /// What changes the meaning of something in the documents; absent if nothing does.
        let caveats: [CaveatOutput]?
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
                    ReferralOutput($0, patient: row.patient, isRedacted: row.isRedacted)
                },
                patient: JSONText.text(row.patient.label),
                patientFormerNames: JSONText.list(row.patient.formerNames),
                patientCaveats: row.patient.output,
                caveats: JSONText.list(row.remarks.map { CaveatOutput($0) }), from: row.from,
                what: row.what,
                at: JSONText.time(row.time), unopened: row.unopenedCount, ours: row.isOurs,
                redacted: row.isRedacted ? true : nil,
                messages: row.messages.map { MessageOutput($0) })
        }
        self.waiting = waiting
        stale = isStale
    }
}
