internal import CareCore
internal import CareModel
internal import CareWire
internal import Foundation
internal import SwiftProtobuf
internal import ZeroMQ

extension SessionLoop {
    /// Takes a decoded frame: what the core need not know, then the core.
    func hear(_ frame: BrokerFrame) throws(AgentError) {
        self.frame = frame
        switch frame.header.body {
        case .welcome(let welcome): self.welcome = welcome
        case .bye(let bye): lastWords = bye.hasRefusal ? bye.refusal.message : bye.reason
        case .error(let error): lastWords = error.refusal.message
        case .receipt(let receipt):
            batch.receipts += receipt.items
            news += receipt.items.map(Follower.Happening.answered)
            lastProgress = uptime
        case .deliver, .result, .drained: lastProgress = uptime
        default: break
        }
        let heard = try frame.heard { (stream) throws(AgentError) in
            try store.cursor(stream).map {
                AgentCore.Cursor(epoch: $0.epoch, sequence: $0.sequence)
            }
        }
        if let heard { try step(.heard(request: frame.header.request, heard)) }
    }

    func perform(_ action: AgentCore.Action) throws(AgentError) {
        switch action {
        case .connect(let endpoint): try connect(to: endpoint)
        case .disconnect: disconnect()
        case .say(let request, let words): try say(words, request: request)
        case .store:
            if let frame { batch.deliveries.append((frame.header.deliver, frame.payload)) }
        case .noteSettled(let lease): batch.settled.append(lease)
        case .putAway(let lease): batch.putAway.append(lease)
        case .erase(let lease):
            // A copy that is only in memory yet never reaches the disk.
            batch.deliveries.removeAll { $0.0.lease == lease }
            batch.erased.append(lease)
        case .refuse(let message):
            if let refusal = frame?.header.error.refusal { refuse(message, refusal) }
        case .refuseTooLong(let message, let limit): refuse(message, tooLong: limit)
        case .displayKnown(let delivery): batch.displaysKnown.append(delivery)
        case .listen: if let frame { try listen(to: frame.header.topic) }
        case .apply(let stream, let epoch, let range): apply(stream, epoch, range)
        case .caughtUp(let stream): news.append(.caughtUp(stream: stream.description))
        case .streamRefused(let stream): refuse(stream)
        case .answered(let question):
            questions[question] = nil
            if let frame { outcome = .answered(frame.header.result, frame.payload) }
        case .questionRefused(let question):
            questions[question] = nil
            if let frame { outcome = .refused(frame.header.error.refusal) }
        case .opened:
            try loadMail()
            let unsettled = try store.unsettled()
            if !unsettled.isEmpty { try step(.unsettled(unsettled)) }
            let endpoint = context.endpoints[core.currentEndpoint].control
            news.append(.connected(welcome, endpoint: endpoint))
        case .lost(let trouble):
            news.append(.disconnected(reason: error(trouble).message))
        case .exchanged(let waiting): outcome = .exchanged(waiting: waiting)
        case .end(let trouble): outcome = .ended(error(trouble))
        }
    }

    func error(_ trouble: AgentCore.Trouble) -> AgentError {
        var refusal: WireRefusal?
        switch frame?.header.body {
        case .error(let report): refusal = report.refusal
        case .bye(let bye) where bye.hasRefusal: refusal = bye.refusal
        default: break
        }
        return AgentError(
            trouble, context, publicKey: identity.keys.publicKey.z85, lastWords: lastWords,
            refusal: refusal)
    }

    private func say(_ words: AgentCore.Said, request: UInt64) throws(AgentError) {
        var entry: AgentStore.OutboxEntry?
        var query: WireQuery?
        switch words {
        case .submit(let message):
            entry = try sendable(message)
            guard entry != nil else { return try step(.withdrawn(message)) }
        case .query(let question): query = questions[question]
        default: break
        }
        let header = WireAgentFrame(
            words, request: request, hello: hello, submit: entry?.submit, query: query)
        if let header { try send(header, entry?.payload) }
    }

    /// A message of the outbox; nil if it was taken back, or is too old to be sent.
    private func sendable(_ message: MessageID) throws(AgentError) -> AgentStore.OutboxEntry? {
        guard let entry = try store.sent(message) else { return nil }
        let isTooLate = entry.sendBefore.map { $0 <= AgentIDs.system.now() } ?? false
        return isTooLate ? nil : entry
    }

    private func refuse(_ message: MessageID, _ refusal: WireRefusal) {
        let receipt = WireReceiptItem.with {
            $0.messageID = message.data
            $0.outcome = "refused"
            $0.refusal = refusal
        }
        batch.receipts.append(receipt)
        news.append(.answered(receipt))
        lastProgress = uptime
    }

    private func refuse(_ message: MessageID, tooLong limit: UInt64) {
        refuse(
            message,
            .with {
                $0.code = RefusalCode.payloadTooLarge.rawValue
                $0.category = Refusal.Category.sender.rawValue
                $0.message =
                    "The document is longer than the \(limit) bytes this broker takes."
                    + " Send less in one message."
            })
    }

    /// A stream that somebody named must not be missing in silence.
    private func refuse(_ stream: StreamName) {
        guard case .following(_, let chosen) = core.mode, chosen?.contains(stream) == true,
            let refusal = frame?.header.error.refusal
        else { return }
        outcome = .ended(AgentError(refusal))
    }

    private func apply(_ stream: StreamName, _ epoch: UInt32, _ range: ClosedRange<UInt64>) {
        let heard = liveEvent.map { [$0] } ?? frame?.header.events.events ?? []
        let events = heard.filter { range.contains($0.sequence) }
        news.append(.events(stream: stream.description, events))
        told.events += events.map(\.event)
        told.cursors[stream.description] = (epoch, range.upperBound)
    }

    /// Writes what came, then tells the core and the caller.
    ///
    /// What was told of streams is written down afterwards, and not for each event: after a crash
    /// a few events are told again, but none is missed.
    func flush(isLast: Bool) throws(AgentError) {
        let isToldDue = toldSince.map { uptime - $0 >= .seconds(1) } ?? false
        if toldSince != nil, isLast || isToldDue || !batch.isEmpty {
            batch.events = told.events
            batch.cursors = told.cursors
            told = MailBatch()
            toldSince = nil
        }
        let batch = self.batch
        let news = self.news
        self.batch = MailBatch()
        self.news = []
        var change = try store.commit(batch, at: AgentIDs.system.now())
        for item in news { report(item) }
        for (deliver, _) in batch.deliveries {
            guard let id = MessageID(bytes: deliver.envelope.messageID),
                change.new.remove(id) != nil
            else { continue }
            report(.collected(deliver))
        }
        for message in change.recalled { report(.recalled(message)) }
        if toldSince == nil, !told.isEmpty { toldSince = uptime }
        if !batch.deliveries.isEmpty { try step(.stored(batch.deliveries.map(\.0.lease))) }
        if core.isOpen, core.outboxRoom > 0 { try loadMail() }
    }

    /// Tells the core what waits in the store.
    ///
    /// Cheap enough to be asked for several times a second.
    func loadMail() throws(AgentError) {
        let displays = try store.untoldDisplays()
        if !displays.isEmpty { try step(.displayed(displays)) }
        guard core.outboxRoom > 0 else { return }
        let room = core.outboxRoom
        let waiting = try store.waiting(after: lastSeq, limit: room)
        hasMoreMail = waiting.count == room
        guard let last = waiting.last else { return }
        lastSeq = last.seq
        try step(
            .queued(
                waiting.map {
                    AgentCore.OutgoingMessage(
                        message: $0.message, referral: $0.referral, byteCount: $0.byteCount)
                }))
    }
}
