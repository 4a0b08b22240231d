internal import CareModel

/// Is a live session: an agent's process on one connection.
struct Session {
    let peer: Peer
    let id: UUIDBytes
    let agent: AgentID
    let instance: UUIDBytes
    /// The mailboxes it may collect from.
    let mailboxes: [Mailbox]
    let beganAt: Duration
    var creditMessages: UInt32 = 0
    var creditBytes: UInt64 = 0
    /// The request that wants to know when nothing is left.
    var drainRequest: UInt64?
    var leases: Set<DeliveryID> = []
    /// Set while it holds a delivery that must travel alone.
    var isIsolated = false
    var subscriptions: Set<StreamName> = []
    var lastHeard: Duration
    var lastPinged: Duration

    /// Whether it may be sent a delivery of so many bytes now.
    func canTake(byteCount: Int, alone: Bool) -> Bool {
        guard creditMessages > 0, !isIsolated, creditBytes >= UInt64(byteCount) else {
            return false
        }
        return !alone || leases.isEmpty
    }
}

/// Is a lease that somebody holds now.
struct Lease {
    let holder: Peer
    let deadline: Duration
    /// What the copy left out.
    var redaction: Redaction?
}
