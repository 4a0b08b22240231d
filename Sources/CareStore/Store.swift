public import CareModel

/// Keeps everything the broker must not forget.
///
/// One thread owns a store and makes every call; `StoreReader` is for the others. A store that
/// threw from ``commit(_:)`` is finished: the broker ends at once, answers nobody, and finds the
/// truth when it starts again (it cannot know what reached the disk).
public protocol Store: AnyObject {
    /// Makes the store ready after an orderly or unorderly end and tells what the core must know.
    ///
    /// Leases do not survive: what was leased is queued again with its fence, attempts and counts
    /// as they were, so that an acknowledgement that comes late still counts.
    func start() throws(StoreError) -> BrokerState

    /// Reads what `keys` name. What is absent from the answer does not exist.
    func load(_ keys: FactKeys) throws(StoreError) -> Facts

    /// Makes all of `writes` durable in one transaction, in order, or none of them.
    ///
    /// Returns only when they would survive the loss of power.
    func commit(_ writes: [Write]) throws(StoreError)

    /// The document of a message; nil if it had none, or it was erased.
    func payload(of message: MessageNumber) throws(StoreError) -> Payload?

    /// The directives of a patient in force or withdrawn, newest version of each, with their
    /// documents; ordered by id.
    func consents(of patient: PatientKey) throws(StoreError) -> [(ConsentRecord, Payload)]

    /// How often what a patient permits has changed; 0 for a patient without directives.
    func consentEpoch(of patient: PatientKey) throws(StoreError) -> UInt32

    /// Makes a new master key, durable before this returns, and wraps new data keys with it;
    /// ``maintain(isIdle:)`` wraps the others again, a few at a time.
    ///
    /// - Returns: the version of the new key.
    func rotateMasterKey(at time: Timestamp) throws(StoreError) -> Int

    /// Whether there is room for more messages. Without it the broker refuses submissions as busy;
    /// acknowledgements, expiry and reports still have their reserve.
    var hasRoom: Bool { get }

    /// Does some housekeeping that would hold up nobody: call it between batches.
    ///
    /// - Parameter isIdle: whether nothing else waits, so that it may take a little longer.
    /// - Returns: how many events the audit log has, if they were signed; nil otherwise.
    @discardableResult
    func maintain(isIdle: Bool) throws(StoreError) -> Int64?

    /// Makes a reader for one other thread.
    func makeReader() throws(StoreError) -> any StoreReader
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
