internal import CareModel

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
    init(_ entry: DeliveryView) {
        delivery = UInt64(clamping: entry.id.number)
        message = JSONText.text(entry.message)
        kind = entry.kind.text
        referral = JSONText.text(entry.referral)
        number = entry.referral.map { ReferralNumber($0).description }
        mailbox = entry.mailbox.text
        state = entry.state.text
        code = JSONText.text(entry.code)
        attempts = entry.attempts
        failures = entry.failures
        queuedAt = JSONText.time(entry.queuedAt)
        sentAt = JSONText.time(entry.sentAt)
        settledAt = JSONText.time(entry.settledAt)
        displayedAt = JSONText.time(entry.displayedAt)
        nextAttemptAt = JSONText.time(entry.nextAttemptAt)
        agent = JSONText.text(entry.agent)
        replayOf = entry.replayOf.map { UInt64(clamping: $0.number) }
    }
}
