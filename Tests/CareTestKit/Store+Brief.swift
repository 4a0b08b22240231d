public import CareModel
public import CareStore

extension Store {
    /// Starts as the broker `test`, in ten years: what that broker leased, and what anybody leased
    /// for less, is queued again.
    @discardableResult
    public func start() throws(StoreError) -> BrokerState {
        try start(as: .test, at: .late)
    }

    /// Reads what `keys` name, for somebody who knows nothing yet.
    public func load(_ keys: FactKeys) throws(StoreError) -> Facts {
        try load(keys, isKnown: { _, _ in false })
    }

    /// Commits writes that rest on nothing; throws if another store's stand in the way.
    @discardableResult
    public func commit(_ writes: [Write]) throws(StoreError) -> Numbering {
        let facts = try load(FactKeys(), isKnown: { _, _ in true })
        guard case .done(let numbering) = try commit(Transaction(facts: facts, writes: writes))
        else { throw StoreError(.contradiction, "writes that rest on nothing met a conflict") }
        return numbering
    }

    /// What a patient permits.
    public func consentState(of patient: PatientKey) throws(StoreError) -> ConsentState {
        var keys = FactKeys()
        keys.patients = [patient]
        guard let state = try load(keys).consentStates[patient] else {
            throw StoreError(.contradiction, "the store left out a patient who was asked for")
        }
        return state
    }
}

extension BrokerID {
    /// The broker of tests that have only one.
    public static let test = BrokerID(unchecked: "test")
}

extension Timestamp {
    /// In ten years, by the clock of most tests.
    public static let late = Timestamp(milliseconds: 2_100_000_000_000)
}
