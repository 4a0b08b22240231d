internal import CareModel
internal import Synchronization

/// Is what tasks want of a client's thread, and who waits for what.
///
/// Every waiter is resumed exactly once: with what came, with why nothing came, or as cancelled.
final class ClientDesk: Sendable {
    typealias AnswerWaiter = CheckedContinuation<[AnswerPage], any Error>
    typealias ReceiptWaiter = CheckedContinuation<Receipt, any Error>

    /// Is one thing for the thread to do.
    enum Order {
        case ask(number: UInt64, Query, wantsAll: Bool, patience: Duration)
        case withdraw(question: UInt64)
        case submit(number: UInt64, Draft, sendBefore: Timestamp?)
    }

    /// Is a message somebody waits for.
    private struct Awaited {
        let waiter: ReceiptWaiter
        let message: MessageID
        /// When the message is forgotten.
        let limit: Timestamp?
        /// When to look whether it still waits in the mail, by the monotonic clock; nil while it is not
        /// there yet.
        var lookAt: Duration?
    }

    private struct State {
        var lastNumber: UInt64 = 0
        var orders: [Order] = []
        var answers: [UInt64: (waiter: AnswerWaiter, pages: [AnswerPage])] = [:]
        var receipts: [UInt64: Awaited] = [:]
        /// Numbers that were cancelled before their waiter had come.
        var cancelled: Set<UInt64> = []
        var ending: AgentError?

        var waiterCount: Int { answers.count + receipts.count }
    }

    private let waitersMax: Int
    private let state = Mutex(State())

    init(waitersMax: Int) { self.waitersMax = waitersMax }

    /// A number for something to wait for.
    func number() -> UInt64 {
        state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
    }

    private static var overload: AgentError {
        AgentError(.overloaded, "Too much is asked at once. Try again in a moment.")
    }

    /// Takes the orders that have come since the last call.
    func takeOrders() -> [Order] {
        state.withLock { state in
            defer { state.orders = [] }
            return state.orders
        }
    }

    /// Lets a task wait for an answer.
    func wait(
        _ waiter: AnswerWaiter, number: UInt64, _ query: Query, wantsAll: Bool, patience: Duration
    ) {
        let refusal: (any Error)? = state.withLock { state in
            if let ending = state.ending { return ending }
            if state.cancelled.remove(number) != nil { return CancellationError() }
            guard state.waiterCount < waitersMax else { return Self.overload }
            state.answers[number] = (waiter, [])
            state.orders.append(
                .ask(number: number, query, wantsAll: wantsAll, patience: patience))
            return nil
        }
        if let refusal { waiter.resume(throwing: refusal) }
    }

    /// Lets a task wait for a receipt.
    func wait(_ waiter: ReceiptWaiter, number: UInt64, _ draft: Draft, sendBefore: Timestamp?) {
        let refusal: (any Error)? = state.withLock { state in
            if let ending = state.ending { return ending }
            if state.cancelled.remove(number) != nil { return CancellationError() }
            guard state.waiterCount < waitersMax else { return Self.overload }
            state.receipts[number] = Awaited(
                waiter: waiter, message: draft.message, limit: sendBefore)
            state.orders.append(.submit(number: number, draft, sendBefore: sendBefore))
            return nil
        }
        if let refusal { waiter.resume(throwing: refusal) }
    }

    /// Ends a task's wait; a question is taken back, a message stays in the mail.
    func cancel(_ number: UInt64) {
        let waiters: (AnswerWaiter?, ReceiptWaiter?) = state.withLock { state in
            if let entry = state.answers.removeValue(forKey: number) {
                state.orders.append(.withdraw(question: number))
                return (entry.waiter, nil)
            }
            if let entry = state.receipts.removeValue(forKey: number) { return (nil, entry.waiter) }
            state.cancelled.insert(number)
            return (nil, nil)
        }
        waiters.0?.resume(throwing: CancellationError())
        waiters.1?.resume(throwing: CancellationError())
    }

    /// Forgets a number that nobody waits for any more.
    func forget(_ number: UInt64) {
        state.withLock { _ = $0.cancelled.remove(number) }
    }

    /// Whether a task still waits for a receipt of this number.
    func isWaiting(_ number: UInt64) -> Bool {
        state.withLock { $0.receipts[number] != nil }
    }

    /// Takes down that a message is in the mail, to be looked after from now on.
    func noteInMail(_ number: UInt64) {
        state.withLock { $0.receipts[number]?.lookAt = .zero }
    }

    /// The messages of which it is time to see whether they still wait: each at once, then every
    /// second, and when its limit has passed; not too many, and the others the next time.
    func messagesToLookAfter(at now: Timestamp, _ uptime: Duration) -> [MessageID] {
        state.withLock { state in
            let due = state.receipts.compactMap { number, awaited -> (Duration, UInt64)? in
                guard let lookAt = awaited.lookAt else { return nil }
                let isLate = awaited.limit.map { $0 <= now } ?? false
                return lookAt <= uptime || isLate ? (lookAt, number) : nil
            }
            return due.sorted { $0 < $1 }.prefix(Self.lookMax).compactMap { _, number in
                state.receipts[number]?.lookAt = uptime + .seconds(1)
                return state.receipts[number]?.message
            }
        }
    }

    /// Looking reads the message's document, too.
    private static let lookMax = 64

    func take(_ page: AnswerPage, isLast: Bool, number: UInt64) {
        let done: (AnswerWaiter, [AnswerPage])? = state.withLock { state in
            guard var entry = state.answers[number] else { return nil }
            entry.pages.append(page)
            state.answers[number] = isLast ? nil : entry
            return isLast ? (entry.waiter, entry.pages) : nil
        }
        if let (waiter, pages) = done { waiter.resume(returning: pages) }
    }

    func fail(_ number: UInt64, _ error: AgentError) {
        let waiters = state.withLock { state in
            (
                state.answers.removeValue(forKey: number)?.waiter,
                state.receipts.removeValue(forKey: number)?.waiter
            )
        }
        waiters.0?.resume(throwing: error)
        waiters.1?.resume(throwing: error)
    }

    /// Hands a final receipt to all who wait for it.
    func take(_ receipt: Receipt) {
        guard receipt.isFinal else { return }
        let waiters = removeWaiters { $0.message == receipt.message }
        for waiter in waiters { waiter.resume(returning: receipt) }
    }

    /// Tells all who wait for the receipt of a message that was in the mail that none comes.
    func fail(_ message: MessageID, _ error: AgentError) {
        let waiters = removeWaiters { $0.message == message && $0.lookAt != nil }
        for waiter in waiters { waiter.resume(throwing: error) }
    }

    private func removeWaiters(where isMeant: (Awaited) -> Bool) -> [ReceiptWaiter] {
        state.withLock { state in
            let numbers = state.receipts.filter { isMeant($0.value) }.keys
            return numbers.compactMap { state.receipts.removeValue(forKey: $0)?.waiter }
        }
    }

    /// Ends every wait, and every later one at once.
    func end(_ error: AgentError) {
        let waiters = state.withLock { state in
            state.ending = error
            state.orders = []
            defer {
                state.answers = [:]
                state.receipts = [:]
            }
            return (state.answers.values.map(\.waiter), state.receipts.values.map(\.waiter))
        }
        for waiter in waiters.0 { waiter.resume(throwing: error) }
        for waiter in waiters.1 { waiter.resume(throwing: error) }
    }
}
