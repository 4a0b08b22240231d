/// Sends a dead letter again.
public struct Replay: SubmissionBody {
    /// Which.
    public var delivery: DeliveryID

    /// Makes the body.
    public init(delivery: DeliveryID) { self.delivery = delivery }

    /// Says that it replays.
    public var kind: MessageKind { .replay }
    /// Nil: only the broker knows what the dead letter was about.
    public func thread(of id: MessageID) -> ThreadID? { nil }
}
