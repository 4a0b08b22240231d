internal import CareModel
internal import CareWire

// How a referral's facts grow. What is newer, by version, wins; what says less fills in blanks.
extension WireReferral {
    /// Takes the broker's own answer, the only source that knows everything.
    mutating func learn(from answer: WireReferral) {
        guard answer.version >= version else { return }
        self = answer
    }

    /// Takes what this agent asked for.
    mutating func learn(from submit: WireSubmit, at now: Timestamp) {
        guard version == 0 else { return }
        state = ReferralState.draft.rawValue
        priority = submit.priority
        reason = submit.reason
        to = submit.to
        replyTo = submit.replyTo
        previousReferralID = submit.otherLegID
        requestedAtMs = now.milliseconds
        updatedAtMs = now.milliseconds
    }

    /// Takes what a receipt says, or a refusal of where the referral stands.
    mutating func learn(from receipt: WireReceiptItem, at now: Timestamp) {
        if receipt.outcome == "refused" {
            guard receipt.hasRefusal else { return }
            advance(
                to: receipt.refusal.referralVersion, receipt.refusal.state, at: now.milliseconds)
        } else {
            advance(to: receipt.referralVersion, receipt.state, at: now.milliseconds)
        }
    }

    /// Takes what the broker vouches for on a message.
    mutating func learn(from envelope: WireEnvelope) {
        let isNewer = envelope.referralVersion > version
        advance(to: envelope.referralVersion, envelope.state, at: envelope.acceptedAtMs)
        fill(\.priority, envelope.priority)
        fill(\.initiator, envelope.initiator)
        fill(\.recipient, envelope.recipient)
        fill(\.to, envelope.to)
        fill(\.replyTo, envelope.replyTo)
        if previousReferralID.isEmpty { previousReferralID = envelope.previousReferralID }
        if envelope.kind == MessageKind.move(.request).name {
            reason = envelope.reason
            if requestedAtMs == 0 { requestedAtMs = envelope.acceptedAtMs }
        } else if isNewer {
            lastReason = envelope.reason
        }
        guard isNewer else { return }
        if envelope.appointmentStartMs != 0 {
            appointmentStartMs = envelope.appointmentStartMs
            appointmentEndMs = envelope.appointmentEndMs
        }
        if envelope.dueAtMs != 0 { dueAtMs = envelope.dueAtMs }
    }

    /// Takes what a stream says.
    mutating func learn(from event: WireEvent) {
        let isNewer = event.referralVersion > version
        advance(to: event.referralVersion, event.state, at: event.atMs)
        fill(\.priority, event.priority)
        fill(\.initiator, event.initiator)
        fill(\.recipient, event.recipient)
        fill(\.to, event.to)
        guard isNewer else { return }
        waitsFor = event.waitsFor
        dueAtMs = event.dueAtMs
    }

    /// Moves on to a newer version; what was true of the older one only is forgotten.
    private mutating func advance(to newVersion: UInt32, _ newState: String, at time: Int64) {
        guard newVersion > version, !newState.isEmpty else { return }
        version = newVersion
        state = newState
        updatedAtMs = max(updatedAtMs, time)
        allowedMoves = []
        worklist = ""
        waitsFor = ""
    }

    private mutating func fill(_ field: WritableKeyPath<WireReferral, String>, _ text: String) {
        if !text.isEmpty { self[keyPath: field] = text }
    }
}
