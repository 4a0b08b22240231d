package import CareModel

extension Write {
    /// The newest time that the write says something happened at; nil if it names none.
    ///
    /// Deadlines do not count: they lie in the future.
    package var latestTime: Timestamp? {
        switch self {
        case .insertMessage(let message, _): message.acceptedAt
        case .putReferral(let referral): max(referral.requestedAt, referral.updatedAt)
        case .insertDelivery(let delivery), .updateDelivery(let delivery): delivery.latestTime
        case .appendEvent(_, let event): event.at
        case .appendAudit(let event): event.at
        case .putConsent(let record): max(record.recordedAt, record.revokedAt ?? record.recordedAt)
        case .putBreakGlass(let glass): glass.latestTime
        case .shred(_, let time): time
        case .recordSubmission, .raiseConsentEpoch, .reconsider, .putOrganisation, .putService,
            .putAgent, .putStream, .renewStream:
            nil
        }
    }
}

extension BreakGlass {
    fileprivate var latestTime: Timestamp {
        var latest = startedAt
        if let endedAt { latest = max(latest, endedAt) }
        if let review { latest = max(latest, review.at) }
        return latest
    }
}

extension Delivery {
    fileprivate var latestTime: Timestamp {
        var latest = queuedAt
        if let sentAt { latest = max(latest, sentAt) }
        if let settledAt { latest = max(latest, settledAt) }
        if let displayedAt { latest = max(latest, displayedAt) }
        return latest
    }
}
