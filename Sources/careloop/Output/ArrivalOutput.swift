internal import CareAgent
internal import CareModel

/// Is an arrival as scripts and hooks see it: ids and codes, nothing clinical.
struct ArrivalOutput: Encodable, Equatable {
    let message: String?
    let kind: String
    let referral: String?
    let number: String?
    let state: String?
    let version: UInt32?
    let priority: String?
    let fromAgent: String?
    let fromOrganisation: String?
    let mailbox: String
    let acceptedAt: String?

    /// Describes a collected message.
    init(_ entry: InboxEntry) { self.init(entry.arrival) }

    /// Describes a delivery.
    init(_ arrival: Arrival) {
        let envelope = arrival.envelope
        message = JSONText.text(envelope.message)
        kind = envelope.kind.code
        referral = JSONText.text(envelope.referral)
        number = envelope.referral.map { ReferralNumber($0).description }
        state = JSONText.text(envelope.state)
        version = envelope.version == 0 ? nil : envelope.version
        priority = JSONText.text(envelope.priority)
        fromAgent = JSONText.text(envelope.fromAgent)
        fromOrganisation = JSONText.text(envelope.fromOrganisation)
        mailbox = arrival.mailbox.text
        acceptedAt = JSONText.time(envelope.acceptedAt)
    }
}
