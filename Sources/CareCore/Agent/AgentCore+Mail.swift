internal import CareModel

extension AgentCore {
    /// Is an exchange under way.
    struct Exchange {
        /// Set while the broker was asked to say when nothing is left.
        var drainRequest: UInt64?
        /// What it said; a mailbox may hold something back.
        var waiting: Int?
    }

    private var collects: Bool {
        switch mode {
        case .called: exchange != nil
        case .following(let collects, _): collects
        }
    }

    var submits: Bool { mode != .called || exchange != nil }

    /// Allows the first deliveries of a session.
    mutating func grantFirstCredit(at now: Duration, _ plan: inout Plan) {
        guard collects else { return }
        inbox.isGranted = true
        // Asked in the same breath if there is nothing to send: an idle exchange is two frames.
        let drain = exchange != nil && outbox.isDone && inbox.isIdle
        let request = say(
            .credit(messages: policy.creditMessages, byteCount: policy.creditBytes, drain: drain),
            at: now, &plan)
        if drain { exchange?.drainRequest = request }
    }

    /// Sends what may go: in order, a window at a time, one message of a referral at a time.
    mutating func sendOutbox(at now: Duration, _ plan: inout Plan) {
        guard submits else { return }
        for (message, limit) in outbox.dropTooLong() {
            plan.actions.append(.refuseTooLong(message, limit: limit))
        }
        for message in outbox.sendable(at: now, policy) {
            let request = say(.submit(message), at: now, &plan)
            outbox.noteSent(message, request: request)
        }
    }

    mutating func sendDisplays(at now: Duration, _ plan: inout Plan) {
        for lease in inbox.takeUnsentDisplays() {
            say(.ack(lease, displayed: true), at: now, &plan)
        }
    }

    /// Acknowledges what the store has.
    ///
    /// New credit goes first: the broker must not think that
    /// nothing can be delivered any more while the last acknowledgements arrive.
    mutating func acknowledge(_ leases: [Lease], at now: Duration, _ plan: inout Plan) {
        guard phase == .open else { return }
        let held = inbox.store(leases)
        if let (messages, bytes) = inbox.takeOwedCredit(policy) {
            say(.credit(messages: messages, byteCount: bytes, drain: false), at: now, &plan)
        }
        for lease in held { say(.ack(lease, displayed: false), at: now, &plan) }
    }

    /// Acknowledges what was stored in an earlier session: the answer was lost, or the agent ended
    /// before it could say it.
    ///
    /// If consent was withdrawn meanwhile, the answer is that the lease is over.
    mutating func acknowledgeAgain(_ leases: [Lease], at now: Duration, _ plan: inout Plan) {
        guard phase == .open else { return }
        for lease in inbox.takeUnsettled(leases) {
            say(.ack(lease, displayed: false), at: now, &plan)
        }
    }

    mutating func drained(_ waiting: Int, request: UInt64) {
        guard exchange?.drainRequest == request else { return }
        exchange?.drainRequest = nil
        // Something was sent meanwhile, and may have an answer waiting: ask again afterwards.
        if outbox.isDone, inbox.isIdle { exchange?.waiting = waiting }
    }

    /// Ends an exchange that has nothing more to do, or asks the broker whether it has.
    mutating func finishExchange(at now: Duration, _ plan: inout Plan) {
        guard let exchange, outbox.isDone, inbox.isIdle else { return }
        if !inbox.isGranted { grantFirstCredit(at: now, &plan) }
        if let waiting = exchange.waiting {
            // Credit cannot be taken back; a new hello at the next call is cheap.
            say(.bye, at: now, &plan)
            forgetSession()
            self.exchange = nil
            phase = .linked
            return plan.actions.append(.exchanged(waiting: waiting))
        }
        guard self.exchange?.drainRequest == nil else { return }
        let request = say(.credit(messages: 0, byteCount: 0, drain: true), at: now, &plan)
        self.exchange?.drainRequest = request
    }
}
