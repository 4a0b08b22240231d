internal import CareWire

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
    init(_ entry: WireSequencedEvent, stream: String) {
        let event = entry.event
        self.stream = stream
        sequence = entry.sequence
        kind = event.kind
        at = JSONText.time(event.atMs)
        referral = JSONText.id(event.referralID)
        number = JSONText.text(event.referralNumber)
        state = JSONText.text(event.state)
        version = event.referralVersion == 0 ? nil : event.referralVersion
        priority = JSONText.text(event.priority)
        initiator = JSONText.text(event.initiator)
        recipient = JSONText.text(event.recipient)
        to = JSONText.text(event.to)
        dueAt = JSONText.time(event.dueAtMs)
        move = JSONText.text(event.move)
        deliveryState = JSONText.text(event.deliveryState)
        waitsFor = JSONText.text(event.waitsFor)
    }
}
