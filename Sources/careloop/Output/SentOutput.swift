internal import CareAgent
internal import CareModel

/// Is what became of a message that a command sent, as scripts see it.
struct SentOutput: Encodable, Equatable {
    let message: String
    /// `accepted`, `unchanged`, or `queued` while no broker could be reached.
    let outcome: String
    let kind: String
    /// Whether the broker had given this answer before.
    let duplicate: Bool
    let referral: String?
    let number: String?
    let state: String?
    let version: UInt32?
    let consent: String?
    let delivery: UInt64?
    let breakGlass: String?
    /// What the broker attests of a directive: a signed note.
    let receipt: String?
    /// With redirect: the number of the new leg.
    var nextNumber: String?

    /// Describes a message that waits in the outbox.
    init(queued draft: Draft) {
        message = draft.message.description
        outcome = "queued"
        kind = draft.kind.name
        duplicate = false
        referral = JSONText.text(draft.referral)
        number = draft.referral.map { ReferralNumber($0).description }
        state = nil
        version = nil
        consent = JSONText.text(draft.consent)
        delivery = draft.delivery.map { UInt64(clamping: $0.number) }
        breakGlass = JSONText.text(draft.breakGlass)
        receipt = nil
    }

    /// Describes a message with its answer.
    init(_ draft: Draft, _ receipt: Receipt) {
        message = draft.message.description
        outcome = receipt.outcome.code
        kind = draft.kind.name
        duplicate = receipt.isDuplicate
        referral = JSONText.text(receipt.referral)
        number = receipt.referral.map { ReferralNumber($0).description }
        state = JSONText.text(receipt.state)
        version = receipt.version == 0 ? nil : receipt.version
        consent = JSONText.text(receipt.consent)
        delivery = receipt.delivery.map { UInt64(clamping: $0.number) }
        breakGlass = JSONText.text(receipt.breakGlass)
        self.receipt = receipt.consentReceipt
    }
}
