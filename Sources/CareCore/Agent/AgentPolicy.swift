/// Is every number of the agent's side of a session.
public struct AgentPolicy: Equatable, Sendable {
    /// No more messages than this are on their way without a receipt.
    public var windowMessagesMax = 64
    /// Nor more payload bytes, unless one message alone has more.
    public var windowBytesMax = 32 << 20
    /// So many waiting messages are kept in memory; the rest stays in the store.
    public var queueMax = 256
    /// No more questions than this are on their way without an answer; the broker takes 1,024.
    public var questionsMax = 64
    /// How many deliveries the broker may send ahead.
    public var creditMessages: UInt32 = 64
    /// And how many payload bytes.
    public var creditBytes: UInt64 = 64 << 20
    /// How long an endpoint may take until messages can flow.
    public var connectPatience: Duration = .seconds(3)
    /// So many refused connections, and the next endpoint is tried at once.
    public var refusedConnectionsMax = 3
    /// So many broken handshakes, and the next endpoint is tried at once.
    public var brokenHandshakesMax = 2
    /// How long the broker may take to answer a hello, or anything else during a call.
    public var answerPatience: Duration = .seconds(5)
    /// How many heartbeats may be missed before the next endpoint is tried.
    public var missedHeartbeatsMax = 3
    /// The first wait after no endpoint answered; doubles with each round.
    public var pauseMin: Duration = .milliseconds(250)
    /// The longest wait after no endpoint answered.
    public var pauseMax: Duration = .seconds(2)
    /// A busy broker gets a message again no sooner than this.
    public var retryMin: Duration = .seconds(1)
    /// A stream whose head was not repeated for so long is asked for over `ctl`.
    public var streamSilence: Duration = .seconds(3)

    /// Makes the default policy.
    public init() {}
}
