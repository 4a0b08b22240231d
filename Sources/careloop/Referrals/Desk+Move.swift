internal import CareAgent
internal import CareModel

/// Is a move that a person wants to make.
struct MoveRequest {
    /// What is to be done.
    var move: ReferralMove
    /// Why, in one code.
    var reason: ReasonCode?
    /// What goes with it.
    var document = MoveDocument.none
    /// Fills in what this kind of move carries besides.
    var details: (inout Draft) -> Void = { _ in }

    init(
        _ move: ReferralMove, reason: ReasonCode? = nil, document: MoveDocument = .none,
        details: @escaping (inout Draft) -> Void = { _ in }
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
        let (draft, sending) = try send(request, on: referral, options)
        try report(draft, sending, nextNumber: next?.description) { receipt in
            let sentence = MoveReport.sentence(request.move, referral, receipt)
            return next.map { "\(sentence) It goes on as \($0)." } ?? sentence
        }
        agent.disconnect()
    }

    /// Prints what became of a message, and ends with the right status if it is queued.
    func report(
        _ draft: Draft, _ sending: Sending, nextNumber: String? = nil,
        sentence: (Receipt) -> String
    ) throws {
        switch sending {
        case .answered(let receipt):
            guard screen.isJSON else { return screen.print(sentence(receipt)) }
            var output = SentOutput(draft, receipt)
            output.nextNumber = nextNumber
            try screen.print(json: output)
        case .queued(let reason):
            if screen.isJSON { try screen.print(json: SentOutput(queued: draft)) }
            throw queuedFailure(reason)
        }
    }

    private func send(
        _ request: MoveRequest, on referral: ReferralView, _ options: MoveOptions
    ) throws -> (Draft, Sending) {
        var draft = draft(.move(request.move))
        draft.referral = referral.id
        draft.expectedVersion = try options.expectVersion ?? versionSeen(of: referral)
        draft.reason = request.reason
        draft.onBehalfOf = options.side?.actor
        request.details(&draft)
        try attach(request.document, to: &draft, about: referral.id)
        do {
            return (draft, try send(draft))
        } catch let failure as CommandFailure where failure.code == "stale-version" {
            guard options.expectVersion == nil else { throw failure }
            return try sendAgain(draft, on: referral, after: failure)
        }
    }

    /// The version the person has seen.
    ///
    /// Collecting a referral moves it to `received` by itself,
    /// which this agent's mail does not say; what it has collected, it has received.
    private func versionSeen(of referral: ReferralView) throws -> UInt32 {
        let isCollected = try store.inbox(about: referral.id).contains {
            $0.envelope.kind == MessageKind.move(.request)
        }
        let isOnlyRequested = referral.state == .requested
        return referral.version + (isCollected && isOnlyRequested ? 1 : 0)
    }

    /// A receipt by the recipient's agent is no decision of anybody's, so it is no conflict.
    ///
    /// Anything else is, and the person is told what happened.
    private func sendAgain(
        _ draft: Draft, on referral: ReferralView,
        after failure: CommandFailure
    ) throws -> (Draft, Sending) {
        guard let current = try refreshed(referral.id) else { throw failure }
        let wasOnlyReceived =
            referral.state == .requested
            && current.referral.state == .received
        guard wasOnlyReceived else { throw conflict(failure, referral, current) }
        var again = draft.renewed()
        again.expectedVersion = current.referral.version
        return (again, try send(again))
    }

    private func conflict(
        _ failure: CommandFailure, _ seen: ReferralView,
        _ current: (referral: ReferralView, messages: [MessageView])
    ) -> CommandFailure {
        let changes = current.messages.filter { $0.version > seen.version }.map {
            "\($0.kind) by \($0.fromAgent.text) \(times.text($0.acceptedAt))"
        }
        let since = changes.isEmpty ? "" : " Since then: \(changes.joined(separator: ", "))."
        var conflict = CommandFailure(
            .conflict, failure.code,
            "\(seen.number) has moved on since you looked: it is "
                + "\(current.referral.state.text) now.\(since) Look with "
                + "`careloop show \(seen.number)`, then decide.")
        conflict.refusal = failure.refusal
        return conflict
    }
}
