package import CareModel

extension ConsentRecord {
    /// Whether this version is what `message` brought.
    package func isBrought(by message: Message) -> Bool {
        message.kind == .consentPut && message.number == self.message && message.patient == patient
    }
}
