internal import CareCore
internal import CareModel
internal import CareWire
internal import ZeroMQ

extension SessionLoop {
    /// Does what the core wants; what comes of it is told afterwards.
    func perform(_ action: AgentCore.Action) throws(AgentError) {
        switch action {
        case .connect(let endpoint): try connect(to: endpoint)
        case .disconnect: disconnect()
        case .say(let request, let words): try say(words, request: request)
        case .store(let arrival): batch.arrivals.append(arrival)
        case .record(let receipt):
            batch.receipts.append(receipt)
            news.append(.answered(receipt))
            lastProgress = uptime
        case .noteSettled(let lease): batch.settled.append(lease)
        case .putAway(let lease): batch.putAway.append(lease)
        case .erase(let lease):
            // A copy that is only in memory yet never reaches the disk.
            batch.arrivals.removeAll { $0.right == lease }
            batch.erased.append(lease)
        case .displayKnown(let delivery): batch.displaysKnown.append(delivery)
        case .listen(let topic): try listen(to: topic)
        case .apply(let stream, let epoch, let events): apply(events, of: stream, epoch: epoch)
        case .caughtUp(let stream): news.append(.caughtUp(stream))
        case .streamRefused(let stream, let refusal): end(stream, refusal)
        case .answered(let question, let page, let isLast):
            hearAnswer(question, .part(page, isLast: isLast))
        case .unanswered(let question, let reason):
            let error = AgentError(
                reason, context, publicKey: identity.keys.publicKey.z85)
            hearAnswer(question, .missing(error))
        case .opened(let welcome): try tellOpened(welcome)
        case .lost(let trouble): news.append(.disconnected(reason: error(trouble).message))
        case .exchanged(let waiting): outcome = .exchanged(waiting: waiting)
        case .end(let trouble): outcome = .ended(error(trouble))
        }
    }

    func error(_ trouble: AgentCore.Trouble) -> AgentError {
        AgentError(trouble, context, publicKey: identity.keys.publicKey.z85)
    }

    private func tellOpened(_ welcome: SessionWelcome) throws(AgentError) {
        for input in try mailInputs() { tell(input) }
        let unsettled = try mail.unsettled(limit: Self.pageCount)
        if !unsettled.isEmpty { tell(.unsettled(unsettled)) }
        let endpoint = context.endpoints[core.currentEndpoint].control
        news.append(.connected(welcome, endpoint: endpoint))
    }

    private func say(_ words: AgentCore.Said, request: UInt64) throws(AgentError) {
        var entry: OutboxEntry?
        if case .submit(let message) = words {
            entry = try sendable(message)
            guard entry != nil else { return tell(.withdrawn(message)) }
        }
        let header = WireAgentFrame(
            words, request: request, hello: hello,
            submit: entry.map { ($0.draft.submit, $0.draft.actingFor) })
        if let header { try send(header, entry?.draft.payload) }
    }

    /// A message of the outbox; nil if it was taken back, or is too old to be sent.
    private func sendable(_ message: MessageID) throws(AgentError) -> OutboxEntry? {
        guard let entry = try mail.sent(message) else { return nil }
        let isTooLate = entry.sendBefore.map { $0 <= AgentIDs.system.now() } ?? false
        return isTooLate ? nil : entry
    }

    /// A stream that somebody named must not be missing in silence.
    private func end(_ stream: StreamName, _ refusal: BrokerRefusal) {
        guard case .following(_, let chosen) = core.mode, chosen?.contains(stream) == true else {
            return
        }
        outcome = .ended(AgentError(refusal))
    }

    private func apply(_ events: [StreamEvent], of stream: StreamName, epoch: UInt32) {
        guard let last = events.last else { return }
        news.append(.events(stream, events))
        told.events += events
        told.cursors[stream] = StreamCursor(epoch: epoch, sequence: last.sequence)
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
        var change = try mail.commit(batch, at: AgentIDs.system.now())
        for item in news { report(item) }
        for arrival in batch.arrivals
        where change.new.remove(arrival.envelope.message) != nil {
            report(.collected(arrival))
        }
        for message in change.recalled { report(.recalled(message)) }
        if toldSince == nil, !told.isEmpty { toldSince = uptime }
        if !batch.arrivals.isEmpty { try step(.stored(batch.arrivals.map(\.right))) }
        if core.isOpen, core.outboxRoom > 0 { try stepAll(mailInputs()) }
    }

    private static let pageCount = 256

    /// What the core must know of what waits in the mail.
    ///
    /// Cheap enough to be asked for several times a second.
    func mailInputs() throws(AgentError) -> [AgentCore.Input] {
        var inputs: [AgentCore.Input] = []
        let displays = try mail.untoldDisplays(limit: Self.pageCount)
        if !displays.isEmpty { inputs.append(.displayed(displays)) }
        let room = core.outboxRoom
        guard room > 0 else { return inputs }
        let waiting = try mail.waiting(
            after: lastPlace, limit: room, at: AgentIDs.system.now())
        hasMoreMail = waiting.count == room
        guard let last = waiting.last else { return inputs }
        lastPlace = last.place
        inputs.append(
            .queued(
                waiting.map {
                    AgentCore.OutgoingMessage(
                        message: $0.message, referral: $0.referral, byteCount: $0.byteCount)
                }))
        return inputs
    }
}
