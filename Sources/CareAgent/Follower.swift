internal import CareCore
public import CareModel
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
        public var streams: [StreamName]?

        /// Makes the default options.
        public init() {}
    }

    private let context: AgentContext
    private let mail: any Mail
    private let keyDirectory: String
    private let options: Options
    private let dropsEvent: (@Sendable (UInt64) -> Bool)?
    private let wakeUp: Result<WakeUp, ZeroMQError>
    private let isStopped = Atomic(false)

    /// Makes a follower.
    ///
    /// It starts with ``run(_:)``.
    public convenience init(
        context: AgentContext, mail: any Mail, keyIn directory: String,
        options: Options = Options()
    ) {
        self.init(
            context: context, mail: mail, keyIn: directory, options: options, dropsEvent: nil)
    }

    /// Makes a follower that loses the live events that `dropsEvent` chooses by their sequence.
    init(
        context: AgentContext, mail: any Mail, keyIn directory: String, options: Options,
        dropsEvent: (@Sendable (UInt64) -> Bool)?
    ) {
        self.context = context
        self.mail = mail
        keyDirectory = directory
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
    ///   `.unusableStore` if this side is not in order.
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
            context: context, mail: mail,
            identity: try Identity(of: context, keyIn: keyDirectory),
            mode: .following(collects: options.collects, streams: options.streams),
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
}
