public import CareModel

/// Is every number and rule of the broker that a deployment may set.
public struct BrokerPolicy: Sendable {
    /// What the broker is called among those that share its store.
    public var name = BrokerID(unchecked: "careloop")
    /// How long an agent may take over a delivery.
    public var lease: Duration = .seconds(30)
    /// How often an agent must say something.
    public var heartbeat: Duration = .seconds(5)
    /// How many heartbeats may be missed before the session ends.
    public var missedHeartbeatsMax = 3
    /// How long a message waits for collection unless its sender says otherwise.
    public var expiry: Duration = .seconds(5 * 24 * 3600)
    /// No message may wait longer than this.
    public var expiryMax: Duration = .seconds(366 * 24 * 3600)
    /// How much longer than its own lease says a broker is left alone with it by the others: clocks
    /// of machines differ.
    public var leaseGrace: Duration = .seconds(5)
    /// The first wait after a failure; doubles with each.
    public var backoffMin: Duration = .seconds(1)
    /// The longest wait after a failure.
    public var backoffMax: Duration = .seconds(300)
    /// A delivery that failed this often becomes a dead letter.
    public var failuresMax: UInt32 = 10
    /// A delivery whose agent went away this often is delivered alone.
    public var crashesBeforeIsolation: UInt32 = 2
    /// No session gets more deliveries at once than this.
    public var creditMessagesMax: UInt32 = 1_024
    /// No session gets more payload bytes at once than this.
    public var creditBytesMax: UInt64 = 64 << 20
    /// No payload may be longer.
    public var payloadBytesMax: UInt64 = 8 << 20
    /// What holds where no directive applies.
    public var implicitConsent: ImplicitPolicy = .deny
    /// What holds for break-glass where no directive speaks of it; `.deny` leaves break-glass to
    /// those patients whose directive permits it.
    public var breakGlassConsent: ImplicitPolicy = .breakGlassOnly
    /// How long an override of consent holds.
    public var breakGlassDuration: Duration = .seconds(4 * 3600)
    /// Whether a copy admits that something was left out of it; never what.
    public var admitsWithholding = false
    /// How long the first of two operators waits for the second.
    public var secondOperatorWait: Duration = .seconds(24 * 3600)

    /// Makes the default policy.
    public init() {}
}
