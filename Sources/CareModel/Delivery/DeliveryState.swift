/// Says how far a delivery has come.
///
/// The states and their names are CLP-1's.
public enum DeliveryState: String, CaseIterable, Sendable {
    /// Waits for consent that could not be decided. Leaves by release, expiry.
    case held
    /// Kept back because consent was withdrawn. Leaves by release, expiry.
    case withheld
    /// Waits for an agent, or for its next attempt. Leaves by lease, expiry.
    case queued
    /// Leased to an agent. Leaves by acknowledgement, refusal, defer, end of the lease.
    case sending
    /// The agent says that it has the bytes and is not done. Leaves like sending.
    case delivered
    /// The agent has stored it. Leaves by display.
    case acknowledged
    /// A person has opened it. Ended.
    case displayed
    /// The agent will not have it. Ended; the sender was told.
    case refused
    /// Nobody collected it in time. Ended; the sender was told.
    case expired
    /// Can never arrive. Ended; the sender was told.
    case undeliverable
    /// Failed too often. Ended unless replayed; the sender was told.
    case deadLettered = "dead-lettered"

    /// Whether the broker still owes anything on it.
    public var isSettled: Bool {
        switch self {
        case .held, .withheld, .queued, .sending, .delivered: false
        default: true
        }
    }

    /// Whether a lease is open.
    public var isLeased: Bool { self == .sending || self == .delivered }

    /// Whether the recipient's agent has stored the message.
    public var isAcknowledged: Bool { self == .acknowledged || self == .displayed }
}
