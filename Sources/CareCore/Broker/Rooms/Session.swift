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
    private(set) var creditMessages: UInt32 = 0
    private(set) var creditBytes: UInt64 = 0
    /// The request that wants to know when nothing is left.
    private(set) var drainRequest: UInt64?
    /// Set while it holds a delivery that must travel alone.
    private(set) var isIsolated = false
    private(set) var subscriptions: Set<StreamName> = []
    private(set) var lastHeard: Duration
    private(set) var lastPinged: Duration

    init(
        peer: Peer, id: UUIDBytes, agent: AgentID, instance: UUIDBytes, mailboxes: [Mailbox],
        at uptime: Duration
    ) {
        self.peer = peer
        self.id = id
        self.agent = agent
        self.instance = instance
        self.mailboxes = mailboxes
        beganAt = uptime
        lastHeard = uptime
        lastPinged = uptime
    }

    /// Whether any delivery could be sent to it now.
    var hasCredit: Bool { creditMessages > 0 && !isIsolated }

    /// Whether it has room for a delivery of so many bytes now.
    func canTake(byteCount: Int) -> Bool { hasCredit && creditBytes >= UInt64(byteCount) }

    /// Grants credit up to the most a session may have.
    mutating func grant(messages: UInt32, byteCount: UInt64, under policy: BrokerPolicy) {
        creditMessages = min(policy.creditMessagesMax, creditMessages.addingSaturated(messages))
        creditBytes = min(policy.creditBytesMax, creditBytes.addingSaturated(byteCount))
    }

    /// Uses credit up for one delivery.
    mutating func spend(byteCount: Int, alone: Bool) {
        assert(canTake(byteCount: byteCount), "a delivery was sent without credit")
        creditMessages -= 1
        creditBytes -= UInt64(byteCount)
        if alone { isIsolated = true }
    }

    /// Uses as much credit for a delivery as was sent, and not what it was thought to need.
    ///
    /// A copy that says that something was left out may be longer than its document, and takes no
    /// more than there is.
    ///
    /// - Returns: how much it has taken.
    mutating func correct(spent: Int, to byteCount: Int) -> Int {
        creditBytes += UInt64(spent)
        let taken = min(creditBytes, UInt64(byteCount))
        creditBytes -= taken
        return Int(taken)
    }

    /// Gives back the credit of a delivery that never counted.
    mutating func refund(byteCount: Int, under policy: BrokerPolicy) {
        grant(messages: 1, byteCount: UInt64(byteCount), under: policy)
    }

    /// Holds nothing any more that must travel alone.
    mutating func endIsolation() { isIsolated = false }

    /// Wants to know, in answer to `request`, when nothing is left.
    mutating func askWhenDry(request: UInt64) { drainRequest = request }

    /// Has been told that nothing is left.
    mutating func answerDrain() { drainRequest = nil }

    /// Follows a stream; false if it did.
    mutating func follow(_ stream: StreamName) -> Bool { subscriptions.insert(stream).inserted }

    /// Said something.
    mutating func hear(at uptime: Duration) { lastHeard = uptime }

    /// Was asked whether it is there.
    mutating func ping(at uptime: Duration) { lastPinged = uptime }
}

extension [Session] {
    /// By id, so that the same inputs always make the same plan.
    var inOrder: [Session] { sorted { $0.id < $1.id } }
}

extension FixedWidthInteger {
    /// The sum, or the largest value if it does not fit.
    func addingSaturated(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
