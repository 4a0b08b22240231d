internal import CareFHIR
internal import CareModel

/// Is a patient's history as scripts see it.
struct TimelineOutput: Encodable {
    /// Is a message with the readable lines of its document.
    struct Entry: Encodable, Equatable {
        let id: String?
        let kind: String
        let acceptedAt: String?
        let fromAgent: String?
        let fromOrganisation: String?
        let referral: String?
        let number: String?
        let documentBytes: Int
        /// Whether parts were left out of the document; absent if not.
        let redacted: Bool?
        let lines: [String]?
        /// What changes the meaning of something in the document; absent if nothing does.
        let caveats: [CaveatOutput]?

        /// Describes an entry.
        init(_ entry: TimelineItem, at time: ShowingTime) {
            let view = entry.document.map { DocumentView($0, at: time) }
            let envelope = entry.envelope
            id = JSONText.text(envelope.message)
            kind = envelope.kind.code
            acceptedAt = JSONText.time(envelope.acceptedAt)
            fromAgent = JSONText.text(envelope.fromAgent)
            fromOrganisation = JSONText.text(envelope.fromOrganisation)
            referral = JSONText.text(envelope.referral)
            number = envelope.referral.map { ReferralNumber($0).description }
            documentBytes = entry.document?.byteCount ?? 0
            redacted = envelope.isRedacted ? true : nil
            lines = view?.lines
            caveats = JSONText.list(view?.remarks.map { CaveatOutput($0) } ?? [])
        }
    }

    let timeline: [Entry]
    /// Whether the broker admits that something was left out.
    let partial: Bool
}
