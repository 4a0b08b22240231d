internal import CareModel
internal import CareWire

extension Screen {
    /// Tells what became of a message that was queued before: whoever wrote it has moved on.
    func tell(_ receipt: WireReceiptItem) {
        let id = ReferralID(bytes: receipt.referralID)
        let subject = id.map { "A message about \(ReferralNumber($0))" } ?? "A message"
        guard receipt.outcome == "refused" else {
            return hint("\(subject), queued before, is sent.")
        }
        guard !receipt.refusal.retriable else { return }
        note(
            "\(subject), queued before, was refused (\(receipt.refusal.code)): "
                + receipt.refusal.message)
    }
}
