public import CareModel

/// Is the agent without its socket, clock and disk: what happens in, what to do out.
///
/// A value with one owner. Either it is called (an exchange at a time) or it follows: stays
/// connected, sends, collects and keeps streams complete. Questions may be asked either way. Each
/// part of its state is a room of its own; the core passes what happens to the rooms it concerns and
/// gives what they want to say a number.
public struct AgentCore: Sendable {
    /// Says what the agent is for.
    public enum Mode: Equatable, Sendable {
        /// Does what it is asked, then waits to be asked again.
        case called
        /// Stays connected. Follows the given streams, or those of the welcome if nil.
        case following(collects: Bool, streams: [StreamName]?)
    }

    /// The numbers.
    public var policy: AgentPolicy
    /// What it is for.
    public let mode: Mode

    private var connection: Connection
    private var outbox = Outbox()
    private var inbox = Inbox()
    private var questions = Questions()
    private var exchange = Exchange()
    private var streams = Streams()
    private var lastRequest: UInt64 = 0

    /// Makes the core of an agent that has just started.
    ///
    /// - Parameter endpointCount: how many addresses of the broker there are, at least one.
    public init(mode: Mode, endpointCount: Int, policy: AgentPolicy = AgentPolicy()) {
        self.mode = mode
        self.policy = policy
        connection = Connection(
            endpointCount: endpointCount, isFollower: mode != .called, policy)
    }

    /// How many more waiting messages the core wants to know of; 0 while it has plenty.
    public var outboxRoom: Int {
        outbox.count > policy.queueMax / 2 ? 0 : policy.queueMax - outbox.count
    }

    /// The endpoint in use.
    public var currentEndpoint: Int { connection.endpoint }

    /// Whether a session is open.
    public var isOpen: Bool { connection.isOpen }

    /// Takes what happened and says what to do.
    ///
    /// - Parameter uptime: the monotonic clock, any start.
    public mutating func step(_ input: Input, at uptime: Duration) -> Plan {
        var plan = Plan()
        take(input, at: uptime, &plan)
        work(at: uptime, &plan)
        plan.wake = wake(after: uptime)
        return plan
    }

    private mutating func take(_ input: Input, at now: Duration, _ plan: inout Plan) {
        switch input {
        case .elapsed:
            for question in questions.expire(at: now) {
                plan.actions.append(.unanswered(question: question, .late))
            }
            follow(connection.watch(at: now, policy), at: now, &plan)
        case .follow:
            if connection.isIdle { follow(connection.connect(at: now), at: now, &plan) }
        case .exchange:
            exchange.begin()
            outbox.forgetPauses()
            follow(connection.begin(at: now), at: now, &plan)
        case .ask(let asked):
            questions.add(asked, at: now)
            if mode == .called { follow(connection.begin(at: now), at: now, &plan) }
        case .withdraw(let question): questions.remove(question)
        case .giveUp:
            exchange.end()
            _ = questions.removeAll()
            follow(connection.leave(), at: now, &plan)
        case .leave: follow(connection.leave(), at: now, &plan)
        case .link(let change):
            let isWanted = mode != .called || exchange.isUnderWay || !questions.isEmpty
            follow(
                connection.take(change, isWanted: isWanted, at: now, policy), at: now, &plan)
        case .heard(let request, let heard):
            connection.noteHeard(at: now)
            take(heard, request: request, at: now, &plan)
        case .event(let event, let epoch):
            plan.actions += streams.take(event, epoch: epoch, at: now)
        case .head(let stream, let epoch, let sequence):
            plan.actions += streams.take(head: sequence, of: stream, epoch: epoch, at: now)
        case .queued, .displayed, .stored, .unsettled, .withdrawn:
            takeMail(input, at: now, &plan)
        }
    }

    /// Takes what the store has.
    private mutating func takeMail(_ input: Input, at now: Duration, _ plan: inout Plan) {
        switch input {
        case .queued(let messages): for message in messages { outbox.append(message) }
        case .displayed(let displays): inbox.addDisplays(displays)
        case .withdrawn(let message): outbox.answer(message, retryAt: nil)
        case .stored(let leases) where isOpen:
            let held = inbox.store(leases)
            // New credit goes first: the broker must not think that nothing can be delivered any
            // more while the last acknowledgements arrive.
            if let (messages, bytes) = inbox.takeOwedCredit(policy) {
                say(.credit(messages: messages, byteCount: bytes, drain: false), at: now, &plan)
            }
            for lease in held { say(.ack(lease), at: now, &plan) }
        case .unsettled(let leases) where isOpen:
            // The answer was lost, or the agent ended before it could acknowledge. If consent was
            // withdrawn meanwhile, the answer is that the lease is over.
            for lease in inbox.takeUnsettled(leases) { say(.ack(lease), at: now, &plan) }
        default: break
        }
    }

    /// Does what a change of the connection comes to.
    private mutating func follow(
        _ effects: [Connection.Effect], at now: Duration, _ plan: inout Plan
    ) {
        for effect in effects {
            switch effect {
            case .tell(let trouble): plan.actions.append(.lost(trouble))
            case .ping: say(.ping, at: now, &plan)
            case .bye:
                say(.bye, at: now, &plan)
                forgetSession()
            case .greet:
                forgetSession()
                say(.hello, at: now, &plan)
            case .connect(let endpoint):
                forgetSession()
                plan.actions.append(.connect(endpoint: endpoint))
            case .disconnect:
                forgetSession()
                plan.actions.append(.disconnect)
            case .end(let trouble):
                exchange.end()
                for question in questions.removeAll() {
                    plan.actions.append(.unanswered(question: question, .ended(trouble)))
                }
                plan.actions.append(.end(trouble))
            }
        }
    }

    /// What was under way in a session must be said again in the next.
    private mutating func forgetSession() {
        outbox.forgetSession()
        inbox.forgetSession()
        questions.forgetSession()
        streams.forgetSession()
        exchange.forgetSession()
    }

    /// Sends something with a request number of its own.
    @discardableResult
    private mutating func say(_ words: Said, at now: Duration, _ plan: inout Plan) -> UInt64 {
        lastRequest += 1
        connection.noteSaid(at: now)
        plan.actions.append(.say(request: lastRequest, words))
        return lastRequest
    }

    /// When something must be looked at even if nothing happens.
    private func wake(after now: Duration) -> Duration? {
        var times = [connection.wake(after: now, policy), questions.nextDeadline]
        if isOpen {
            if submits { times.append(outbox.nextRetry) }
            times.append(streams.wake)
        }
        return times.compactMap(\.self).min().map { max($0, now) }
    }
}

// MARK: - What the broker says

extension AgentCore {
    private mutating func take(
        _ heard: Heard, request: UInt64, at now: Duration, _ plan: inout Plan
    ) {
        switch heard {
        case .welcome(let welcome): open(welcome, at: now, &plan)
        case .resync:
            // Those that answer what was said before the hello come before its welcome.
            if isOpen { follow(connection.greet(at: now), at: now, &plan) }
        case .bye(let refusal, let words):
            follow(connection.dismiss(refusal, words: words, at: now), at: now, &plan)
        case .ping: if isOpen { say(.pong, at: now, &plan) }
        case .pong: break
        case .error(let refusal) where connection.isGreeting:
            follow(connection.refuseHello(refusal, at: now, policy), at: now, &plan)
        case .error(let refusal): take(refusal, request: request, at: now, &plan)
        case .receipt(let receipts):
            // The broker's word on a message holds, whichever session it was sent in.
            for receipt in receipts { take(receipt, at: now, &plan) }
        default: if isOpen { takeInSession(heard, request: request, at: now, &plan) }
        }
    }

    private mutating func takeInSession(
        _ heard: Heard, request: UInt64, at now: Duration, _ plan: inout Plan
    ) {
        switch heard {
        case .deliver(let arrival):
            inbox.take(arrival.right, byteCount: arrival.payload?.byteCount ?? 0)
            plan.actions.append(.store(arrival))
        case .settled(let delivery):
            note(inbox.settle(delivery), { .noteSettled($0) }, &plan)
        case .staleLease(let delivery, let newest):
            note(inbox.giveUp(delivery, newest: newest), { .putAway($0) }, &plan)
        case .recall(let lease):
            inbox.erase(lease)
            plan.actions.append(.erase(lease))
        case .errorAbout(let delivery, let refusal): take(refusal, about: delivery, &plan)
        case .drained(let waiting):
            exchange.drained(
                waiting, request: request, isQuiet: isQuiet && !inbox.hasSpokenSinceDrain)
        case .answer(let page): take(page, request: request, at: now, &plan)
        case .topic(let topic, let cursor):
            plan.actions += streams.take(topic, cursor: cursor, at: now)
        case .events(let stream, let epoch, let head, let events):
            plan.actions += streams.take(events, of: stream, epoch: epoch, head: head, at: now)
        default: break
        }
    }

    private mutating func open(
        _ welcome: SessionWelcome, at now: Duration, _ plan: inout Plan
    ) {
        guard connection.open(welcome.heartbeat, policy) else { return }
        outbox.setLimit(payloadByteCountMax: welcome.payloadByteCountMax)
        plan.actions.append(.opened(welcome))
        if case .following(_, let chosen) = mode {
            streams.follow(chosen ?? welcome.streams, policy)
        }
        grantFirstCredit(at: now, &plan)
    }

    private mutating func take(_ receipt: Receipt, at now: Duration, _ plan: inout Plan) {
        let wait = receipt.isFinal ? nil : receipt.refusal?.retryAfter ?? .zero
        outbox.answer(receipt.message, retryAt: retryTime(wait, at: now))
        plan.actions.append(.record(receipt))
    }

    private mutating func take(
        _ page: AnswerPage?, request: UInt64, at now: Duration, _ plan: inout Plan
    ) {
        switch questions.take(page, request: request, at: now) {
        case .part(let question, let isLast):
            guard let page else { return }
            plan.actions.append(.answered(question: question, page, isLast: isLast))
        case .broken(let question):
            plan.actions.append(.unanswered(question: question, .broken))
        case nil: break
        }
    }

    /// Takes an answer to a word about a delivery; of a display it is enough that there is one.
    private func note(
        _ word: Inbox.Word?, _ action: (DeliveryRight) -> Action, _ plan: inout Plan
    ) {
        guard let word else { return }
        plan.actions.append(
            word.isDisplay ? .displayKnown(word.lease.delivery) : action(word.lease))
    }

    private mutating func take(
        _ refusal: BrokerRefusal, request: UInt64, at now: Duration, _ plan: inout Plan
    ) {
        if request == 0 {
            // A broker of before does not name the delivery: its answers come in order.
            guard refusal.code == RefusalCode.unknownDelivery.rawValue else { return }
            return note(inbox.dropOldest(), { .noteSettled($0) }, &plan)
        }
        if let question = questions.refuse(request) {
            return plan.actions.append(.unanswered(question: question, .refused(refusal)))
        }
        if let message = outbox.message(of: request) {
            let retry = refusal.isRetriable ? refusal.retryAfter ?? .zero : nil
            outbox.answer(message, retryAt: retryTime(retry, at: now))
            if retry == nil {
                plan.actions.append(.record(Receipt(message: message, refusal: refusal)))
            }
            return
        }
        plan.actions += streams.refuse(request, refusal, at: now)
    }

    /// Only of a delivery that the broker does not know nothing more is said.
    private mutating func take(
        _ refusal: BrokerRefusal, about delivery: DeliveryID, _ plan: inout Plan
    ) {
        guard refusal.code == RefusalCode.unknownDelivery.rawValue else {
            return inbox.refuse(delivery)
        }
        note(inbox.settle(delivery), { .noteSettled($0) }, &plan)
    }

    private func retryTime(_ wait: Duration?, at now: Duration) -> Duration? {
        wait.map { now + max($0, policy.retryMin) }
    }
}

// MARK: - What the agent says

extension AgentCore {
    private var collects: Bool {
        switch mode {
        case .called: exchange.isUnderWay
        case .following(let collects, _): collects
        }
    }

    private var submits: Bool { mode != .called || exchange.isUnderWay }

    /// Whether this side has nothing under way.
    private var isQuiet: Bool { outbox.isDone && inbox.isIdle }

    /// Does all that can be done in an open session, whatever made it possible.
    private mutating func work(at now: Duration, _ plan: inout Plan) {
        guard isOpen else { return }
        if submits { sendOutbox(at: now, &plan) }
        for display in inbox.takeUnsentDisplays() { say(.display(display), at: now, &plan) }
        for (question, query) in questions.sendable(policy) {
            questions.noteSent(question, request: say(.query(query), at: now, &plan))
        }
        for (stream, wish) in streams.wishes(at: now) {
            streams.noteSaid(stream, request: say(wish, at: now, &plan), at: now)
        }
        finishExchange(at: now, &plan)
    }

    /// Allows the first deliveries of a session.
    private mutating func grantFirstCredit(at now: Duration, _ plan: inout Plan) {
        guard collects else { return }
        inbox.noteGranted()
        // Asked in the same breath if there is nothing to send: an idle exchange is two frames.
        let drain = exchange.isUnderWay && isQuiet
        let request = say(
            .credit(messages: policy.creditMessages, byteCount: policy.creditBytes, drain: drain),
            at: now, &plan)
        if drain { noteDrainAsked(request) }
    }

    private mutating func noteDrainAsked(_ request: UInt64) {
        exchange.noteAsked(request)
        inbox.noteDrainAsked()
    }

    /// Sends what may go: in order, a window at a time, one message of a referral at a time.
    private mutating func sendOutbox(at now: Duration, _ plan: inout Plan) {
        for (message, limit) in outbox.dropTooLong() {
            let refusal = BrokerRefusal(
                .payloadTooLarge,
                "The document is longer than the \(limit) bytes this broker takes."
                    + " Send less in one message.")
            plan.actions.append(.record(Receipt(message: message, refusal: refusal)))
        }
        for message in outbox.sendable(at: now, policy) {
            outbox.noteSent(message, request: say(.submit(message), at: now, &plan))
        }
    }

    /// Ends an exchange that has nothing more to do, or asks the broker whether it has.
    private mutating func finishExchange(at now: Duration, _ plan: inout Plan) {
        guard exchange.isUnderWay, isQuiet else { return }
        if !inbox.isGranted { grantFirstCredit(at: now, &plan) }
        switch exchange.next(isQuiet: isQuiet) {
        case .wait: break
        case .drain:
            let request = say(.credit(messages: 0, byteCount: 0, drain: true), at: now, &plan)
            noteDrainAsked(request)
        case .finish(let waiting):
            // Credit cannot be taken back; a new hello at the next call is cheap.
            exchange.end()
            follow(connection.rest(), at: now, &plan)
            plan.actions.append(.exchanged(waiting: waiting))
        }
    }
}
