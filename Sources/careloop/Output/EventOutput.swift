internal import CareModel

/// Is an event of a stream as scripts see it.
struct EventOutput: Encodable, Equatable {
    let stream: String
    let sequence: UInt64
    /// `referral`, `arrival` or `delivery`.
    let kind: String
    let at: String?
    let referral: String?
    let number: String?
    let state: String?
    let version: UInt32?
    let priority: String?
    let initiator: String?
    let recipient: String?
    let to: String?
    let dueAt: String?
    let move: String?
    let deliveryState: String?
    let waitsFor: String?

    /// Takes an event and its place.
    init(_ event: StreamEvent) {
        stream = event.stream.description
        sequence = event.sequence
        kind = event.kind.text
        at = JSONText.time(event.at)
        referral = JSONText.text(event.referral)
        number = event.referral.map { ReferralNumber($0).description }
        state = JSONText.text(event.state)
        version = event.version == 0 ? nil : event.version
        priority = JSONText.text(event.priority)
        initiator = JSONText.text(event.initiator)
        recipient = JSONText.text(event.recipient)
        to = JSONText.text(event.to)
        dueAt = JSONText.time(event.dueAt)
        move = JSONText.text(event.move)
        deliveryState = JSONText.text(event.deliveryState)
        waitsFor = JSONText.text(event.waitsFor)
    }
}
