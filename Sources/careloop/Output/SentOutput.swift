internal import CareModel
internal import CareWire

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
    init(queued submit: WireSubmit) {
        message = JSONText.id(submit.messageID) ?? ""
        outcome = "queued"
        kind = submit.kind
        duplicate = false
        referral = JSONText.id(submit.referralID)
        number = ReferralID(bytes: submit.referralID).map { ReferralNumber($0).description }
        state = nil
        version = nil
        consent = JSONText.id(submit.consentID)
        delivery = submit.deliveryID == 0 ? nil : submit.deliveryID
        breakGlass = JSONText.id(submit.breakGlassID)
        receipt = nil
    }

    /// Describes a message with its answer.
    init(_ submit: WireSubmit, _ receipt: WireReceiptItem) {
        message = JSONText.id(submit.messageID) ?? ""
        outcome = receipt.outcome
        kind = submit.kind
        duplicate = receipt.duplicate
        referral = JSONText.id(receipt.referralID)
        number = ReferralID(bytes: receipt.referralID).map { ReferralNumber($0).description }
        state = JSONText.text(receipt.state)
        version = receipt.referralVersion == 0 ? nil : receipt.referralVersion
        consent = JSONText.id(receipt.consentID)
        delivery = receipt.deliveryID == 0 ? nil : receipt.deliveryID
        breakGlass = JSONText.id(receipt.breakGlassID)
        self.receipt = JSONText.text(receipt.consentReceipt)
    }
}
