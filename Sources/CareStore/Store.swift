public import CareModel

/// Keeps everything that brokers must not forget: one broker's, or that of several who share it.
///
/// One thread owns a store and makes every call; `StoreReader` is for the others. A store that
/// threw from ``commit(_:)`` is finished: the broker ends at once, answers nobody, and finds the
/// truth when it starts again (it cannot know what reached the disk).
public protocol Store: AnyObject {
    /// Makes the store ready after an orderly or unorderly end and tells what the core must know.
    ///
    /// Leases do not survive their broker: what `broker` had leased, and what anybody's lease has
    /// ended on, is queued again with its fence, attempts and counts as they were, so that an
    /// acknowledgement that comes late still counts. Others' leases stay.
    func start(as broker: BrokerID, at time: Timestamp) throws(StoreError) -> BrokerState

    /// Reads what `keys` name, all from one state. What is absent from the answer does not exist.
    ///
    /// - Parameter isKnown: whether the caller knows what a patient permits as of an epoch; then
    ///   it is not read.
    func load(
        _ keys: FactKeys, isKnown: (PatientKey, _ epoch: UInt32) -> Bool
    ) throws(StoreError) -> Facts

    /// Makes all of a transaction's writes durable in their order, or none of them.
    ///
    /// Returns only when they would survive the loss of power, or at once with a conflict if
    /// another broker has changed what the step rests on, and in any case if a consent epoch is not
    /// the one under which something leaves.
    func commit(_ transaction: Transaction) throws(StoreError) -> Commit

    /// The document of a message; nil if it had none, or it was erased.
    func payload(of message: MessageNumber) throws(StoreError) -> Payload?

    /// Whether there is room for more messages. Without it the broker refuses submissions as busy;
    /// acknowledgements, expiry and reports still have their reserve.
    var hasRoom: Bool { get }

    /// Makes a reader for one other thread.
    func makeReader() throws(StoreError) -> any StoreReader
}

/// Is the housekeeping of a store that one broker has for itself; the thread that owns the store
/// does it.
public protocol StoreChores: AnyObject {
    /// Makes a new master key, durable before this returns, and wraps new data keys with it;
    /// ``maintain(isIdle:)`` wraps the others again, a few at a time.
    ///
    /// - Returns: the version of the new key.
    func rotateMasterKey(at time: Timestamp) throws(StoreError) -> Int

    /// Does some housekeeping that would hold up nobody: call it between batches.
    ///
    /// - Parameter isIdle: whether nothing else waits, so that it may take a little longer.
    /// - Returns: how many events the audit log had when it was signed, if it was signed since the
    ///   last time; nil otherwise.
    @discardableResult
    func maintain(isIdle: Bool) throws(StoreError) -> Int64?

    /// Ends in good order and tells if that fails; the store is not used again.
    func close() throws(StoreError)
}

extension StoreChores {
    /// Does nothing: some stores have nothing to put in order.
    public func close() throws(StoreError) {}
}

/// Answers questions from a consistent, committed state without holding up the store.
///
/// One thread at a time may use a reader.
public protocol StoreReader: AnyObject, Sendable {
    /// Answers every question but content, timeline, directive and consent-check, which the core
    /// decides.
    ///
    /// Whether the asker may have the accounting of disclosures the core has decided before.
    /// Rows the asker may not see are left out; a referral it may not see does not exist.
    func answer(
        _ question: Question, asker: Asker, page: Page, now: Timestamp
    ) throws(StoreError) -> Answer

    /// Reads events of a stream from `from` up to `to`, in order, at most `limit`.
    func events(
        of stream: StreamName, from: UInt64, to: UInt64, limit: Int
    ) throws(StoreError) -> [SequencedEvent]

    /// Counts what waits.
    func status() throws(StoreError) -> BrokerStatus
}
