public import CareModel
internal import CareCore
internal import Foundation
public import ServiceLifecycle
internal import Synchronization
internal import ZeroMQ

/// Is an agent that stays connected and serves many tasks at once.
///
/// ``run()`` works on a thread of its own until it is stopped; meanwhile any task may ``ask(_:page:actingFor:patience:)``,
/// ``submit(_:before:)`` and follow ``happenings``. Nothing blocks the cooperative pool: tasks hand
/// over what they want and are woken with what came of it. One client speaks for one agent; a
/// program that acts for many people names them per call.
///
/// ```swift
/// let client = AgentClient(context: context, mail: store, keyIn: store.directory)
/// async let run: Void = client.run()
/// for await happening in client.happenings { … }
/// ```
public final class AgentClient: Sendable {
    /// Says what a client does beside what it is asked.
    public struct Options: Sendable {
        /// Whether it collects deliveries.
        public var collects = true
        /// The streams to follow; nil for the organisation's and all mailboxes', empty for none.
        public var streams: [StreamName]?
        /// So many happenings wait for a slow listener; it misses the oldest of more.
        public var happeningsMax = 1_024
        /// So many tasks may wait at once; another one is refused at once.
        public var waitersMax = 4_096

        /// Makes the default options.
        public init() {}
    }

    private struct Listener {
        weak var feed: HappeningFeed?
    }

    private let context: AgentContext
    private let mail: any Mail
    private let keyDirectory: String
    private let options: Options
    private let desk: ClientDesk
    /// Those who listen; one that nobody holds any more is forgotten.
    private let listeners = Mutex<[Listener]>([])
    private let wakeUp: Result<WakeUp, ZeroMQError>
    private let isStopped = Atomic(false)
    private let hasEnded = Atomic(false)

    /// Makes a client for a context, its mail, and the folder with its key.
    ///
    /// It starts with ``run()``; what is asked before waits for that.
    public init(
        context: AgentContext, mail: any Mail, keyIn directory: String,
        options: Options = Options()
    ) {
        self.context = context
        self.mail = mail
        keyDirectory = directory
        self.options = options
        desk = ClientDesk(waitersMax: options.waitersMax)
        wakeUp = Result { () throws(ZeroMQError) in try WakeUp() }
    }

    /// What happens from now on: sessions, arrivals, recalls, receipts, events of streams.
    ///
    /// Each is a sequence of its own, for one task to iterate.
    public var happenings: Happenings {
        let feed = HappeningFeed(lengthMax: options.happeningsMax)
        listeners.withLock { listeners in
            listeners.removeAll { $0.feed == nil }
            listeners.append(Listener(feed: feed))
        }
        // Checked afterwards: the end that came before it was there ends it all the same.
        if hasEnded.load(ordering: .acquiring) { feed.end() }
        return Happenings(feed: feed)
    }

    /// Asks for a part of an answer; several tasks may ask at once.
    ///
    /// While no broker can be reached the question waits, as long as `patience` allows. A cancelled
    /// task takes its question back.
    ///
    /// - Parameters:
    ///   - person: on whose behalf; nil for whom the context names.
    /// - Throws: `AgentError`: `.unreachable` if no answer came in time, `.refused` with the broker's
    ///   refusal, `.brokenAnswer`, `.overloaded`, `.stopped`; `CancellationError`.
    public func ask(
        _ subject: Query.Subject, page: Page = Page(), actingFor person: Person? = nil,
        patience: Duration = .seconds(10)
    ) async throws -> AnswerPage {
        let query = Query(subject, page: page, actingFor: person ?? context.actingFor)
        // A question for one part is answered with exactly one.
        return try await answer(to: query, wantsAll: false, patience: patience)[0]
    }

    /// Asks for a whole answer, part after part, each with its own patience.
    ///
    /// Throws as ``ask(_:page:actingFor:patience:)`` does, and then gives no part: an answer is
    /// whole or none.
    public func askForAll(
        _ subject: Query.Subject, actingFor person: Person? = nil,
        patience: Duration = .seconds(10)
    ) async throws -> [AnswerPage] {
        let query = Query(subject, actingFor: person ?? context.actingFor)
        return try await answer(to: query, wantsAll: true, patience: patience)
    }

    /// Puts a message into the mail, durably, and waits for the broker's final word on it.
    ///
    /// The receipt may be a refusal. A cancelled task stops waiting, and so does one whose client
    /// ends; a message that is in the mail by then stays there and is sent all the same, now or by
    /// the next program.
    ///
    /// A message that ``Mail/discard(_:)`` takes back, or whose `limit` passes, is not sent any more,
    /// and whoever waits for its answer is told so within seconds, whether or not a broker can be
    /// reached. If it had been sent by then, the broker may have taken it all the same.
    ///
    /// - Parameter limit: when the message is forgotten if it has no answer; nil for never. Of a
    ///   message that is in the mail already the first limit counts.
    /// - Throws: `AgentError`: `.expired`, `.discarded`, `.overloaded`, `.unusableStore`, `.invalid`,
    ///   `.stopped`; `CancellationError`.
    public func submit(_ draft: Draft, before limit: Timestamp? = nil) async throws -> Receipt {
        var draft = draft
        draft.actingFor = draft.actingFor ?? context.actingFor
        let message = draft
        let number = desk.number()
        defer { desk.forget(number) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: ClientDesk.ReceiptWaiter) in
                desk.wait(waiter, number: number, message, sendBefore: limit)
                wake()
            }
        } onCancel: {
            desk.cancel(number)
        }
    }

    /// Remembers that a person opened a collected message, and has the broker told.
    ///
    /// Call it where blocking for a write to disk is all right.
    public func open(
        _ message: MessageID, by person: Person? = nil, at now: Timestamp
    ) throws(AgentError) {
        try mail.open(message, by: person ?? context.actingFor, at: now)
        wake()
    }

    /// Asks ``run()`` to say goodbye and return.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        wake()
    }

    private var feeds: [HappeningFeed] { listeners.withLock { $0.compactMap(\.feed) } }

    private func wake() {
        if case .success(let wakeUp) = wakeUp { wakeUp.signal() }
    }

    private func answer(
        to query: Query, wantsAll: Bool, patience: Duration
    ) async throws -> [AnswerPage] {
        let number = desk.number()
        defer { desk.forget(number) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: ClientDesk.AnswerWaiter) in
                desk.wait(
                    waiter, number: number, query, wantsAll: wantsAll, patience: patience)
                wake()
            }
        } onCancel: {
            desk.cancel(number)
            wake()
        }
    }
}

extension AgentClient: ServiceLifecycle.Service {
    /// Works until ``stop()``, a graceful shutdown or cancellation; to be called once.
    ///
    /// - Throws: `AgentError`: `.refused` if the broker ended the session for good,
    ///   `.unusableContext` or `.unusableStore` if this side is not in order.
    public func run() async throws {
        let result: Result<Void, AgentError> = await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    Thread.detachNewThread {
                        continuation.resume(
                            returning: Result { () throws(AgentError) in try self.work() })
                    }
                }
            } onCancel: {
                self.stop()
            }
        } onGracefulShutdown: {
            self.stop()
        }
        try result.get()
    }

    private func work() throws(AgentError) {
        var ending = AgentError(.stopped, "The agent was stopped before it was done.")
        defer {
            desk.end(ending)
            hasEnded.store(true, ordering: .releasing)
            for feed in feeds { feed.end() }
        }
        do throws(AgentError) {
            try turn(try loop())
        } catch {
            ending = error
            throw error
        }
    }

    private func loop() throws(AgentError) -> SessionLoop {
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
            instance: AgentIDs.system.instance(), wakeUp: wakeUp
        ) { [self] happening in
            if case .answered(let receipt) = happening { desk.take(receipt) }
            for feed in feeds { feed.put(happening) }
        }
        loop.hearAnswer = { [desk] number, answer in
            switch answer {
            case .part(let page, let isLast): desk.take(page, isLast: isLast, number: number)
            case .missing(let error): desk.fail(number, error)
            }
        }
        return loop
    }

    private func turn(_ loop: SessionLoop) throws(AgentError) {
        defer { loop.leave() }
        try loop.step(.follow)
        while !isStopped.load(ordering: .acquiring) {
            let orders = desk.takeOrders()
            for order in orders { try carryOut(order, loop) }
            // A message that was just put into the mail goes now, not after the wait.
            if !orders.isEmpty { try loop.settle() }
            try lookAfterWaiters(at: AgentIDs.system.now(), loop.uptime)
            // The outbox may be filled by another process, which cannot wake this one.
            try loop.turn(until: loop.uptime + .milliseconds(250))
            if case .ended(let error) = loop.outcome { throw error }
        }
    }

    private func carryOut(
        _ order: ClientDesk.Order, _ loop: SessionLoop
    ) throws(AgentError) {
        switch order {
        case .ask(let number, let query, let wantsAll, let patience):
            try loop.step(
                .ask(
                    AgentCore.Asked(
                        question: number, query: query, wantsAll: wantsAll, patience: patience)))
        case .withdraw(let question): try loop.step(.withdraw(question: question))
        case .submit(let number, let draft, let limit):
            // A cancelled task's message was never written down, so nothing was promised.
            guard desk.isWaiting(number) else { return }
            do throws(AgentError) {
                try mail.enqueue(draft, at: AgentIDs.system.now(), sendBefore: limit)
                desk.noteInMail(number)
            } catch {
                desk.fail(number, error)
            }
        }
    }

    /// Tells those whose message does not wait in the mail any more what became of it.
    ///
    /// It may have had its answer before it was put there, another program may have heard it, it may
    /// have been taken back, or be too old to be sent.
    private func lookAfterWaiters(
        at now: Timestamp, _ uptime: Duration
    ) throws(AgentError) {
        for message in desk.messagesToLookAfter(at: now, uptime) {
            guard let entry = try mail.sent(message) else {
                desk.fail(
                    message,
                    AgentError(
                        .discarded,
                        "The message was taken back before it had an answer. If it had been sent,"
                            + " the broker may have it all the same."))
                continue
            }
            if let receipt = entry.receipt {
                desk.take(receipt)
            } else if !entry.waits(at: now) {
                desk.fail(
                    message,
                    AgentError(
                        .expired,
                        "The message had no answer in time and is not sent any more. If it had been"
                            + " sent, the broker may have it all the same."))
            }
        }
    }
}
