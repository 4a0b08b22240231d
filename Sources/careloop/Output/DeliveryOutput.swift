internal import CareWire

/// Is one message's way to one mailbox as scripts see it.
struct DeliveryOutput: Encodable, Equatable {
    let delivery: UInt64
    let message: String?
    let kind: String
    let referral: String?
    let number: String?
    let mailbox: String
    let state: String
    let code: String?
    let attempts: UInt32
    let failures: UInt32
    let queuedAt: String?
    let sentAt: String?
    let settledAt: String?
    let displayedAt: String?
    let nextAttemptAt: String?
    let agent: String?
    let replayOf: UInt64?

    /// Takes a row of the broker's answer.
    init(_ entry: WireTrailEntry) {
        delivery = entry.deliveryID
        message = JSONText.id(entry.messageID)
        kind = entry.kind
        referral = JSONText.id(entry.referralID)
        number = JSONText.text(entry.referralNumber)
        mailbox = entry.mailbox
        state = entry.state
        code = JSONText.text(entry.code)
        attempts = entry.attempts
        failures = entry.failures
        queuedAt = JSONText.time(entry.queuedAtMs)
        sentAt = JSONText.time(entry.sentAtMs)
        settledAt = JSONText.time(entry.settledAtMs)
        displayedAt = JSONText.time(entry.displayedAtMs)
        nextAttemptAt = JSONText.time(entry.nextAttemptAtMs)
        agent = JSONText.text(entry.agent)
        replayOf = entry.replayOf == 0 ? nil : entry.replayOf
    }
}
