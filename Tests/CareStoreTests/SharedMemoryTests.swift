import CareModel
import CareStore
import CareTestKit
import Testing

@Suite("Stores that share their contents see one another's changes")
struct SharedMemoryTests {
    @Test("a fact that another has changed is a conflict, and the next attempt finds it")
    func conflicts() throws {
        let (own, other) = try stores()
        var keys = FactKeys()
        keys.messages = [MessageNumber(1)]
        let facts = try own.load(keys)
        try other.commit([.insertMessage(message(1), .none)])
        let late = Transaction(
            keys: keys, facts: facts, writes: [.insertMessage(message(1), .none)])
        #expect(try own.commit(late) == .conflict)
        #expect(try own.makeReader().status().messages == 1)
        let found = try own.load(keys)
        #expect(found.messages.count == 1)
        let next = Transaction(
            keys: keys, facts: found, writes: [.insertMessage(provisional(2), .none)])
        #expect(try own.commit(next) != .conflict)
        #expect(try other.makeReader().status().messages == 2)
    }

    @Test("what has nothing to do with the step is no conflict, and the numbers go on behind it")
    func unrelatedChange() throws {
        let (own, other) = try stores()
        var keys = FactKeys()
        keys.messages = [MessageNumber(900)]
        let facts = try own.load(keys)
        try other.commit([.insertMessage(provisional(1), .none)])
        let transaction = Transaction(
            keys: keys, facts: facts, writes: [.insertMessage(provisional(2), .none)])
        guard case .done(let numbering) = try own.commit(transaction) else {
            Issue.record("an unrelated change is a conflict")
            return
        }
        #expect(numbering.number(.provisional(1)) == MessageNumber(2))
    }

    @Test("a change of consent by another is a conflict for what leaves")
    func consentConflicts() throws {
        let (own, other) = try stores()
        let facts = try own.load(FactKeys())
        try other.commit([.raiseConsentEpoch(samplePatient(1), to: 1)])
        let transaction = Transaction(
            facts: facts, writes: [.insertMessage(provisional(1), .none)],
            epochs: [samplePatient(1): 0])
        #expect(try own.commit(transaction) == .conflict)
    }

    private func stores() throws -> (InMemoryStore, InMemoryStore) {
        let own = InMemoryStore()
        let other = own.restarted()
        try own.start()
        _ = try other.start(as: BrokerID(unchecked: "other"), at: now)
        return (own, other)
    }

    /// A message that the store is to number.
    private func provisional(_ id: Int) -> Message {
        let named = message(id)
        return Message(
            number: .provisional(1), id: named.id, kind: named.kind, acceptedAt: now, sender: nil,
            organisation: nil, thread: nil, patient: named.patient, state: nil, version: 0,
            reason: nil, expiresAt: now)
    }
}
