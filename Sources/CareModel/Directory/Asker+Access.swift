extension Asker {
    /// Whether the asker may know of `referral`: its organisation is one of the two parties.
    public func maySee(_ referral: Referral) -> Bool {
        referral.initiator == organisation || referral.recipient == organisation
    }

    /// Whether the asker may list dead letters of its organisation's messages and mailboxes.
    public var maySeeDeadLetters: Bool {
        !roles.isDisjoint(with: [.coordinator, .auditor, .administrator])
    }
}
