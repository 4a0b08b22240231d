internal import CareCore
public import CareModel
public import CareWire
internal import Foundation
internal import Synchronization
internal import ZeroMQ

/// Stays connected: sends, collects and follows streams until it is told to stop.
///
/// What `careloop run`, `inbox --watch` and `open --watch` are made of. Reconnects by itself, tries
/// the next endpoint, sends the unanswered outbox again with the same ids, repairs gaps in streams.
public final class Follower: Sendable {
    /// Says what a follower does beside sending the outbox and following streams.
    public struct Options: Sendable {
        /// Whether it collects deliveries.
        public var collects = true
        /// The streams to follow; nil for the organisation's and all mailboxes'.
        public var streams: [String]?

        /// Makes the default options.
        public init() {}
    }

    /// Is something that happened.
    public enum Happening: Sendable {
        /// A session is open.
        case connected(WireWelcome, endpoint: String)
        /// The broker cannot be reached; trying again by itself.
        case disconnected(reason: String)
        /// A message was collected and stored.
        case collected(WireDeliver)
        /// A message that was collected is gone again: consent was withdrawn.
        case recalled(MessageID)
        /// A message of the outbox got its answer.
        case answered(WireReceiptItem)
        /// Events of a stream, in order and without a gap, each once.
        case events(stream: String, [WireSequencedEvent])
        /// The stream has been read up to its head: what is shown now is complete.
        case caughtUp(stream: String)
    }

    private let context: AgentContext
    private let store: AgentStore
    private let options: Options
    private let dropsEvent: (@Sendable (UInt64) -> Bool)?
    private let wakeUp: Result<WakeUp, ZeroMQError>
    private let isStopped = Atomic(false)

    /// Makes a follower.
    ///
    /// It starts with ``run(_:)``.
    public convenience init(
        context: AgentContext, store: AgentStore, options: Options = Options()
    ) {
        self.init(context: context, store: store, options: options, dropsEvent: nil)
    }

    /// Makes a follower that loses the live events that `dropsEvent` chooses by their sequence.
    init(
        context: AgentContext, store: AgentStore, options: Options,
        dropsEvent: (@Sendable (UInt64) -> Bool)?
    ) {
        self.context = context
        self.store = store
        self.options = options
        self.dropsEvent = dropsEvent
        wakeUp = Result { () throws(ZeroMQError) in try WakeUp() }
    }

    /// Works until ``stop()`` on a thread of its own and reports what happens, in order.
    ///
    /// `report` is called on that thread; while it works, nothing else is done. Events may be
    /// reported again after a crash, within a run each comes once. To be called once; a cancelled
    /// task stops it.
    /// - Throws: `.refused` if the broker ended the session for good, `.unusableContext` or
    ///   `.unusableStore` if this side is not in order, `.invalid` for a stream's misspelt name.
    public func run(_ report: @escaping @Sendable (Happening) -> Void) async throws(AgentError) {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(
                        returning: Result { () throws(AgentError) in
                            try self.work(report)
                        })
                }
            }
        } onCancel: {
            stop()
        }
        try result.get()
    }

    /// Asks ``run(_:)`` to say goodbye and return.
    ///
    /// Callable from any thread.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        wake()
    }

    /// Tells the follower to look into the outbox now.
    ///
    /// Callable from any thread.
    public func wake() {
        if case .success(let wakeUp) = wakeUp { wakeUp.signal() }
    }

    private func work(_ report: @escaping (Happening) -> Void) throws(AgentError) {
        let wakeUp: WakeUp
        do throws(ZeroMQError) {
            wakeUp = try self.wakeUp.get()
        } catch {
            throw AgentError(error, context)
        }
        let loop = try SessionLoop(
            context: context, store: store,
            mode: .following(collects: options.collects, streams: try chosenStreams()),
            instance: AgentIDs.system.instance(), wakeUp: wakeUp, dropsEvent: dropsEvent,
            report: report)
        defer { loop.leave() }
        try loop.step(.follow)
        while !isStopped.load(ordering: .acquiring) {
            // The outbox may be filled by another process, which cannot wake this one.
            try loop.turn(until: loop.uptime + .milliseconds(250))
            if case .ended(let error) = loop.outcome { throw error }
        }
    }

    private func chosenStreams() throws(AgentError) -> [StreamName]? {
        guard let names = options.streams else { return nil }
        var streams: [StreamName] = []
        for name in names {
            guard let stream = StreamName(name) else {
                throw AgentError(
                    .invalid,
                    "\(name) is no stream. Use organisation:, service: or agent: and a name.")
            }
            streams.append(stream)
        }
        return streams
    }
}
