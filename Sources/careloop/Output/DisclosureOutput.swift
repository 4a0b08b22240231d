internal import CareWire

/// Is a line of the accounting of disclosures as scripts see it.
struct DisclosureOutput: Encodable, Equatable {
    let sequence: UInt64
    /// What happened: `disclosure-sent`, `disclosure-received` and so on.
    let event: String
    let at: String?
    let agent: String?
    let organisation: String?
    let recipient: String?
    let outcome: String
    let rule: String?
    let purpose: String?
    let consentEpoch: UInt32?
    let message: String?
    let kind: String?
    let fromOrganisation: String?
    let number: String?

    /// Describes a line of the broker's.
    init(_ wire: WireDisclosure) {
        sequence = wire.sequence
        event = wire.event
        at = JSONText.time(wire.atMs)
        agent = JSONText.text(wire.agent)
        organisation = JSONText.text(wire.organisation)
        recipient = JSONText.text(wire.recipient)
        outcome = wire.outcome
        rule = JSONText.text(wire.rule)
        purpose = JSONText.text(wire.purpose)
        consentEpoch = wire.consentEpoch == 0 ? nil : wire.consentEpoch
        message = JSONText.id(wire.messageID)
        kind = JSONText.text(wire.kind)
        fromOrganisation = JSONText.text(wire.fromOrganisation)
        number = JSONText.text(wire.referralNumber)
    }
}
