internal import CareModel

extension AgentCore {
    mutating func take(
        _ heard: Heard, request: UInt64, at now: Duration, _ plan: inout Plan
    ) {
        switch heard {
        case .welcome(let heartbeat, let limit, let streams):
            open(
                heartbeat: heartbeat, payloadByteCountMax: limit, streams: streams, at: now, &plan)
        case .resync:
            // Those that answer what was said before the hello come before its welcome.
            if phase == .open { greet(at: now, &plan) }
        case .bye: dismiss(at: now, &plan)
        case .ping: if phase == .open { say(.pong, at: now, &plan) }
        case .pong: break
        case .error(let code, let isRetriable, let retryAfter):
            take(
                code: code, isRetriable: isRetriable, retryAfter: retryAfter, request: request,
                at: now, &plan)
        default:
            if phase == .open { takeInSession(heard, request: request, at: now, &plan) }
        }
    }

    private mutating func takeInSession(
        _ heard: Heard, request: UInt64, at now: Duration, _ plan: inout Plan
    ) {
        switch heard {
        case .receipt(let notes):
            for note in notes {
                outbox.answer(note.message, retryAt: retryTime(note.retryAfter, at: now))
            }
        case .deliver(let lease, let byteCount):
            inbox.take(lease, byteCount: byteCount)
            plan.actions.append(.store(lease))
        case .settled(let delivery):
            note(inbox.settle(delivery), { .noteSettled($0) }, &plan)
        case .staleLease(let delivery, let newest):
            note(inbox.giveUp(delivery, newest: newest), { .putAway($0) }, &plan)
        case .recall(let lease):
            inbox.erase(lease)
            plan.actions.append(.erase(lease))
        case .drained(let waiting): drained(waiting, request: request)
        case .answer:
            if let question = takeQuestion(request) {
                plan.actions.append(.answered(question: question))
            }
        case .topic(let stream, let token, let epoch, let head, let cursor):
            trackers[stream]?.take(
                token: token, epoch: epoch, head: head, cursor: cursor, at: now, &plan)
        case .events(let stream, let epoch, let head, let sequences):
            trackers[stream]?.take(
                epoch: epoch, head: head, sequences: sequences, at: now, &plan)
        default: break
        }
    }

    /// Takes an answer to a word about a delivery; of a display it is enough that there is one.
    private func note(
        _ word: Inbox.Word?, _ action: (Lease) -> Action, _ plan: inout Plan
    ) {
        guard let word else { return }
        plan.actions.append(
            word.isDisplay ? .displayKnown(word.lease.delivery) : action(word.lease))
    }

    /// A goodbye in a session may only mean that the broker ends; one instead of a welcome is meant.
    private mutating func dismiss(at now: Duration, _ plan: inout Plan) {
        switch phase {
        case .greeting: end(.dismissed, &plan)
        case .open: greet(at: now, &plan)
        default: break
        }
    }

    private mutating func take(
        code: String, isRetriable: Bool, retryAfter: Duration, request: UInt64,
        at now: Duration, _ plan: inout Plan
    ) {
        if case .greeting = phase {
            // A broker that is too busy for a hello may have a neighbour that is not.
            return isRetriable ? fail(.silent, at: now, &plan) : end(.dismissed, &plan)
        }
        if request == 0 {
            // Acknowledgements are answered in order and carry no request of their own.
            guard code == RefusalCode.unknownDelivery.rawValue else { return }
            return note(inbox.dropOldest(), { .noteSettled($0) }, &plan)
        }
        if let question = takeQuestion(request) {
            return plan.actions.append(.questionRefused(question: question))
        }
        if let message = outbox.message(of: request) {
            outbox.answer(message, retryAt: isRetriable ? retryTime(retryAfter, at: now) : nil)
            if !isRetriable { plan.actions.append(.refuse(message)) }
            return
        }
        for (stream, tracker) in trackers where tracker.request == request {
            guard tracker.isSubscribing, !isRetriable else {
                trackers[stream]?.retry(at: now)
                continue
            }
            trackers[stream] = nil
            plan.actions.append(.streamRefused(stream))
        }
    }

    private func retryTime(_ wait: Duration?, at now: Duration) -> Duration? {
        wait.map { now + max($0, policy.retryMin) }
    }

    private mutating func takeQuestion(_ request: UInt64) -> UInt64? {
        guard request != 0, let index = questions.firstIndex(where: { $0.request == request })
        else { return nil }
        return questions.remove(at: index).number
    }
}
