public import CareModel
public import CareStore

/// Passes everything on to another store and fails one commit, as a disk does: the caller learns
/// nothing about whether it became durable.
public final class FaultyStore: Store {
    /// Says on which side of the disk the commit fails.
    public enum Fault: CaseIterable, Sendable {
        /// Nothing was written.
        case before
        /// Everything was written, and nobody was told.
        case after
    }

    private let inner: any Store
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
        _ inner: any Store, failingCommit commit: Int, _ fault: Fault,
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
    public func start() throws(StoreError) -> BrokerState {
        try checkUsable()
        return try inner.start()
    }

    /// Loads from the inner store.
    public func load(_ keys: FactKeys) throws(StoreError) -> Facts {
        try checkUsable()
        return try inner.load(keys)
    }

    /// Commits to the inner store, or fails as told and for ever after.
    public func commit(_ writes: [Write]) throws(StoreError) {
        try checkUsable()
        commitsLeft -= 1
        guard commitsLeft == 0 else { return try inner.commit(writes) }
        failure = error
        if fault == .after { try inner.commit(writes) }
        throw error
    }

    /// Reads from the inner store.
    public func payload(of message: MessageNumber) throws(StoreError) -> Payload? {
        try checkUsable()
        return try inner.payload(of: message)
    }

    /// Reads from the inner store.
    public func consents(of patient: PatientKey) throws(StoreError) -> [(ConsentRecord, Payload)] {
        try checkUsable()
        return try inner.consents(of: patient)
    }

    /// Reads from the inner store.
    public func consentEpoch(of patient: PatientKey) throws(StoreError) -> UInt32 {
        try checkUsable()
        return try inner.consentEpoch(of: patient)
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
