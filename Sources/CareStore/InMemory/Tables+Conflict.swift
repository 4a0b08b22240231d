import CareModel

extension Tables {
    /// Whether everything that a transaction rests on is still so.
    ///
    /// - Parameter isUnchanged: whether nothing was committed since it was loaded.
    func stands(_ transaction: Transaction, isUnchanged: Bool) -> Bool {
        let isSameConsent = transaction.epochs.allSatisfy { patient, epoch in
            (consentEpochs[patient] ?? 0) == epoch
        }
        guard isSameConsent else { return false }
        guard !isUnchanged else { return true }
        var before = transaction.facts
        var now = facts(for: transaction.keys, isKnown: { _, _ in true })
        // The epochs say whether what patients permit is the same.
        before.consentStates = [:]
        now.consentStates = [:]
        return before == now
    }
}
