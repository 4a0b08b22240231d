internal import CareModel

// How what is known of a referral grows. What is newer, by version, wins; what says less fills in
// blanks.
extension ReferralView {
    /// Takes the broker's own answer, the only source that knows everything.
    mutating func learn(from answer: ReferralView) {
        guard answer.version >= version else { return }
        self = answer
    }

    /// Takes what this agent asked for.
    mutating func learn(from draft: Draft, at now: Timestamp) {
        guard version == 0 else { return }
        state = Coded(.draft)
        priority = draft.priority.map { Coded($0) }
        reason = draft.reason
        to = draft.to
        replyTo = draft.replyTo
        previous = draft.otherLeg
        requestedAt = now
        updatedAt = now
    }

    /// Takes what a receipt says, or a refusal of where the referral stands.
    mutating func learn(from receipt: Receipt, at now: Timestamp) {
        if receipt.isRefused {
            guard let refusal = receipt.refusal else { return }
            advance(to: refusal.version, refusal.state, at: now)
        } else {
            advance(to: receipt.version, receipt.state, at: now)
        }
    }

    /// Takes what the broker vouches for on a message.
    mutating func learn(from envelope: Envelope) {
        let isNewer = envelope.version > version
        advance(to: envelope.version, envelope.state, at: envelope.acceptedAt)
        fill(\.priority, envelope.priority)
        fill(\.initiator, envelope.initiator)
        fill(\.recipient, envelope.recipient)
        fill(\.to, envelope.to)
        fill(\.replyTo, envelope.replyTo)
        if previous == nil { previous = envelope.previous }
        if envelope.kind == MessageKind.move(.request) {
            reason = envelope.reason
            if requestedAt == nil { requestedAt = envelope.acceptedAt }
        } else if isNewer {
            lastReason = envelope.reason
        }
        guard isNewer else { return }
        fill(\.appointment, envelope.appointment)
        fill(\.dueAt, envelope.dueAt)
    }

    /// Takes what a stream says.
    mutating func learn(from event: StreamEvent) {
        let isNewer = event.version > version
        advance(to: event.version, event.state, at: event.at)
        fill(\.priority, event.priority)
        fill(\.initiator, event.initiator)
        fill(\.recipient, event.recipient)
        fill(\.to, event.to)
        guard isNewer else { return }
        waitsFor = event.waitsFor
        dueAt = event.dueAt
    }

    /// Moves on to a newer version; what was true of the older one only is forgotten.
    private mutating func advance(
        to newVersion: UInt32, _ newState: Coded<ReferralState>?, at time: Timestamp?
    ) {
        guard newVersion > version, let newState else { return }
        version = newVersion
        state = newState
        if let time { updatedAt = max(updatedAt ?? time, time) }
        allowedMoves = []
        worklist = nil
        waitsFor = nil
    }

    /// Takes what is told, and keeps what is known where nothing is.
    private mutating func fill<Value>(
        _ field: WritableKeyPath<ReferralView, Value?>, _ value: Value?
    ) {
        if let value { self[keyPath: field] = value }
    }
}
