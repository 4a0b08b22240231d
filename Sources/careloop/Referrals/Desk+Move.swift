internal import CareAgent
internal import CareModel
internal import CareWire

/// Is a move that a person wants to make.
struct MoveRequest {
    /// What is to be done.
    var move: ReferralMove
    /// Why, in one code.
    var reason: ReasonCode?
    /// What goes with it.
    var document = MoveDocument.none
    /// Fills in what this kind of move carries besides.
    var details: (inout WireSubmit) -> Void = { _ in }

    init(
        _ move: ReferralMove, reason: ReasonCode? = nil, document: MoveDocument = .none,
        details: @escaping (inout WireSubmit) -> Void = { _ in }
    ) {
        self.move = move
        self.reason = reason
        self.document = document
        self.details = details
    }
}

extension Desk {
    /// Makes a move and tells how it came out.
    ///
    /// - Parameter next: with redirect: the number of the new leg.
    func make(
        _ request: MoveRequest, _ options: MoveOptions, next: ReferralNumber? = nil
    ) throws {
        let referral = try referral(options.referral)
        let (submit, sending) = try send(request, on: referral, options)
        try report(submit, sending, nextNumber: next?.description) { receipt in
            let sentence = MoveReport.sentence(request.move, referral, receipt)
            return next.map { "\(sentence) It goes on as \($0)." } ?? sentence
        }
        agent.disconnect()
    }

    /// Prints what became of a message, and ends with the right status if it is queued.
    func report(
        _ submit: WireSubmit, _ sending: Sending, nextNumber: String? = nil,
        sentence: (WireReceiptItem) -> String
    ) throws {
        switch sending {
        case .answered(let receipt):
            guard screen.isJSON else { return screen.print(sentence(receipt)) }
            var output = SentOutput(submit, receipt)
            output.nextNumber = nextNumber
            try screen.print(json: output)
        case .queued(let reason):
            if screen.isJSON { try screen.print(json: SentOutput(queued: submit)) }
            throw queuedFailure(reason)
        }
    }

    private func send(
        _ request: MoveRequest, on referral: KnownReferral, _ options: MoveOptions
    ) throws -> (WireSubmit, Sending) {
        var submit = Draft(.move(request.move)).submit
        submit.referralID = referral.id.data
        submit.expectedVersion = try options.expectVersion ?? versionSeen(of: referral)
        submit.reason = request.reason?.code ?? ""
        submit.onBehalfOf = options.side?.rawValue ?? ""
        request.details(&submit)
        let payload = try attach(request.document, to: &submit, about: referral.id)
        do {
            return (submit, try send(submit, payload: payload))
        } catch let failure as CommandFailure where failure.code == "stale-version" {
            guard options.expectVersion == nil else { throw failure }
            return try sendAgain(submit, payload, on: referral, after: failure)
        }
    }

    /// The version the person has seen.
    ///
    /// Collecting a referral moves it to `received` by itself,
    /// which this agent's mail does not say; what it has collected, it has received.
    private func versionSeen(of referral: KnownReferral) throws -> UInt32 {
        let isCollected = try store.inbox(about: referral.id).contains {
            $0.deliver.envelope.kind == ReferralMove.request.rawValue
        }
        let isOnlyRequested = referral.wire.state == ReferralState.requested.rawValue
        return referral.wire.version + (isCollected && isOnlyRequested ? 1 : 0)
    }

    /// A receipt by the recipient's agent is no decision of anybody's, so it is no conflict.
    ///
    /// Anything else is, and the person is told what happened.
    private func sendAgain(
        _ submit: WireSubmit, _ payload: Payload?, on referral: KnownReferral,
        after failure: CommandFailure
    ) throws -> (WireSubmit, Sending) {
        guard let current = try refreshed(referral.id) else { throw failure }
        let wasOnlyReceived =
            referral.wire.state == ReferralState.requested.rawValue
            && current.referral.wire.state == ReferralState.received.rawValue
        guard wasOnlyReceived else { throw conflict(failure, referral, current) }
        var again = submit
        again.messageID = AgentIDs.system.message().data
        again.expectedVersion = current.referral.wire.version
        return (again, try send(again, payload: payload))
    }

    private func conflict(
        _ failure: CommandFailure, _ seen: KnownReferral,
        _ current: (referral: KnownReferral, messages: [WireMessageEntry])
    ) -> CommandFailure {
        let changes = current.messages.filter { $0.referralVersion > seen.wire.version }.map {
            let time = times.text(Timestamp(milliseconds: $0.acceptedAtMs))
            return "\($0.kind) by \($0.fromAgent) \(time)"
        }
        let since = changes.isEmpty ? "" : " Since then: \(changes.joined(separator: ", "))."
        var conflict = CommandFailure(
            .conflict, failure.code,
            "\(seen.number) has moved on since you looked: it is "
                + "\(current.referral.wire.state) now.\(since) Look with "
                + "`careloop show \(seen.number)`, then decide.")
        conflict.refusal = failure.refusal
        return conflict
    }
}
