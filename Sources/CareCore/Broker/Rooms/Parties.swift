internal import CareModel

/// Remembers who the parties of one directory are, under all their names: to write those out takes
/// longer than a verdict.
struct Parties {
    private struct Recipient: Hashable {
        let mailbox: Mailbox
        let collector: AgentID?
    }

    private let directory: Directory
    private var recipients: [Recipient: ConsentParty] = [:]
    private var senders: [Sender: ConsentParty] = [:]

    /// No more are remembered of each side; then it begins anew.
    private static let countMax = 10_000

    init(_ directory: Directory) { self.directory = directory }

    /// Who collects from a mailbox.
    mutating func recipient(
        _ mailbox: Mailbox, collectedBy collector: AgentID?
    ) -> ConsentParty {
        let recipient = Recipient(mailbox: mailbox, collector: collector)
        if let known = recipients[recipient] { return known }
        let party = directory.party(of: mailbox, collectedBy: collector)
        Self.note(party, as: recipient, in: &recipients)
        return party
    }

    /// Who sent a document.
    mutating func sender(_ sender: Sender) -> ConsentParty {
        if let known = senders[sender] { return known }
        let party = directory.party(of: sender)
        Self.note(party, as: sender, in: &senders)
        return party
    }

    private static func note<Key>(
        _ party: ConsentParty, as key: Key, in parties: inout [Key: ConsentParty]
    ) {
        if parties.count >= countMax { parties = [:] }
        parties[key] = party
    }
}
