public import CareModel
public import CareStore

/// Passes everything on to another store and fails one commit, as a disk does: the caller learns
/// nothing about whether it became durable.
public final class FaultyStore: Store, StoreChores {
    /// Says on which side of the disk the commit fails.
    public enum Fault: CaseIterable, Sendable {
        /// Nothing was written.
        case before
        /// Everything was written, and nobody was told.
        case after
    }

    private let inner: any Store & StoreChores
    private let fault: Fault
    private var commitsLeft: Int
    private var failure: StoreError?

    /// Wraps a store.
    ///
    /// - Parameters:
    ///   - inner: what answers.
    ///   - commit: the commit that fails, counted from 1.
    ///   - fault: how it fails.
    ///   - code: what the failure says.
    public init(
        _ inner: any Store & StoreChores, failingCommit commit: Int, _ fault: Fault,
        code: StoreError.Code = .inputOutput
    ) {
        self.inner = inner
        self.fault = fault
        commitsLeft = commit
        error = StoreError(code, "the disk failed as it was told to")
    }

    private let error: StoreError

    /// Whether the commit has failed.
    public var hasFailed: Bool { failure != nil }

    /// What the inner store says.
    public var hasRoom: Bool { inner.hasRoom }

    /// Starts the inner store.
    public func start(
        as broker: BrokerID, at time: Timestamp
    ) throws(StoreError) -> BrokerState {
        try checkUsable()
        return try inner.start(as: broker, at: time)
    }

    /// Loads from the inner store.
    public func load(
        _ keys: FactKeys, isKnown: (PatientKey, _ epoch: UInt32) -> Bool
    ) throws(StoreError) -> Facts {
        try checkUsable()
        return try inner.load(keys, isKnown: isKnown)
    }

    /// Commits to the inner store, or fails as told and for ever after.
    public func commit(_ transaction: Transaction) throws(StoreError) -> Commit {
        try checkUsable()
        commitsLeft -= 1
        guard commitsLeft == 0 else { return try inner.commit(transaction) }
        failure = error
        if fault == .after { _ = try inner.commit(transaction) }
        throw error
    }

    /// Reads from the inner store.
    public func payload(of message: MessageNumber) throws(StoreError) -> Payload? {
        try checkUsable()
        return try inner.payload(of: message)
    }

    /// Rotates the inner store's master key.
    public func rotateMasterKey(at time: Timestamp) throws(StoreError) -> Int {
        try checkUsable()
        return try inner.rotateMasterKey(at: time)
    }

    /// Maintains the inner store.
    @discardableResult
    public func maintain(isIdle: Bool) throws(StoreError) -> Int64? {
        try checkUsable()
        return try inner.maintain(isIdle: isIdle)
    }

    /// Makes a reader of the inner store.
    public func makeReader() throws(StoreError) -> any StoreReader {
        try checkUsable()
        return try inner.makeReader()
    }

    private func checkUsable() throws(StoreError) {
        if let failure { throw failure }
    }
}
