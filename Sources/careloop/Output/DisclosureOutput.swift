internal import CareModel

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
    let actingFor: PersonOutput?

    /// Describes a line of the broker's.
    init(_ line: DisclosureView) {
        sequence = line.sequence
        event = line.event
        at = JSONText.time(line.at)
        agent = JSONText.text(line.agent)
        organisation = JSONText.text(line.organisation)
        recipient = JSONText.text(line.recipient)
        outcome = line.outcome
        rule = JSONText.text(line.rule)
        purpose = JSONText.text(line.purpose)
        consentEpoch = line.consentEpoch == 0 ? nil : line.consentEpoch
        message = JSONText.text(line.message)
        kind = JSONText.text(line.kind)
        fromOrganisation = JSONText.text(line.fromOrganisation)
        number = JSONText.text(line.referralNumber)
        actingFor = line.actingFor.map { PersonOutput($0) }
    }
}
