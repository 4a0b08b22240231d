internal import CareFHIR
internal import CareModel
internal import CareWire

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
        init(_ entry: TimelineEntry, at time: ShowingTime) {
            let view = entry.document.map { DocumentView($0, at: time) }
            let envelope = entry.envelope
            id = JSONText.id(envelope.messageID)
            kind = envelope.kind
            acceptedAt = JSONText.time(envelope.acceptedAtMs)
            fromAgent = JSONText.text(envelope.fromAgent)
            fromOrganisation = JSONText.text(envelope.fromOrganisation)
            referral = JSONText.id(envelope.referralID)
            number = JSONText.text(envelope.referralNumber)
            documentBytes = entry.document?.byteCount ?? 0
            redacted = envelope.redacted ? true : nil
            lines = view?.lines
            caveats = JSONText.list(view?.remarks.map { CaveatOutput($0) } ?? [])
        }
    }

    let timeline: [Entry]
    /// Whether the broker admits that something was left out.
    let partial: Bool
}
