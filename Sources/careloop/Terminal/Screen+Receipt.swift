internal import CareModel

extension Screen {
    /// Tells what became of a message that was queued before: whoever wrote it has moved on.
    func tell(_ receipt: Receipt) {
        let subject =
            receipt.referral.map { "A message about \(ReferralNumber($0))" } ?? "A message"
        guard let refusal = receipt.refusal else {
            return hint("\(subject), queued before, is sent.")
        }
        guard !refusal.isRetriable else { return }
        note(
            "\(subject), queued before, was refused (\(refusal.code)): "
                + refusal.message)
    }
}
