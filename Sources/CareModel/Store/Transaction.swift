/// Is what one step wants to make durable, and what that rests on.
public struct Transaction: Sendable {
    /// What was asked for.
    public let keys: FactKeys
    /// What was answered.
    public let facts: Facts
    /// What to write, in order, all or nothing.
    public let writes: [Write]
    /// The consent epochs under which something leaves.
    public let epochs: [PatientKey: UInt32]

    /// Makes the transaction.
    public init(
        keys: FactKeys = FactKeys(), facts: Facts = Facts(), writes: [Write],
        epochs: [PatientKey: UInt32] = [:]
    ) {
        self.keys = keys
        self.facts = facts
        self.writes = writes
        self.epochs = epochs
    }
}

/// Says what became of a transaction.
public enum Commit: Equatable, Sendable {
    /// It is durable, under these numbers.
    case done(Numbering)
    /// Something it rests on has changed, and nothing was written: load again and step again.
    case conflict
}
