internal import CareAgent
internal import CareModel
internal import CareWire

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
    init(_ entry: AgentStore.InboxEntry) { self.init(entry.deliver) }

    /// Describes a delivery.
    init(_ deliver: WireDeliver) {
        let envelope = deliver.envelope
        message = JSONText.id(envelope.messageID)
        kind = envelope.kind
        referral = JSONText.id(envelope.referralID)
        number = JSONText.text(envelope.referralNumber)
        state = JSONText.text(envelope.state)
        version = envelope.referralVersion == 0 ? nil : envelope.referralVersion
        priority = JSONText.text(envelope.priority)
        fromAgent = JSONText.text(envelope.fromAgent)
        fromOrganisation = JSONText.text(envelope.fromOrganisation)
        mailbox = deliver.mailbox
        acceptedAt = JSONText.time(envelope.acceptedAtMs)
    }
}
