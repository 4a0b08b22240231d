/// Is the broker's word on one message as its sender gets it: done and on disk, or why not.
public struct Receipt: Equatable, Sendable {
    /// The sender's name for the message.
    public var message: MessageID
    /// How it came out.
    public var outcome: Coded<ReceiptItem.Outcome>
    /// Whether this answer was given before.
    public var isDuplicate = false
    /// The referral it moved.
    public var referral: ReferralID?
    /// The referral's state after it.
    public var state: Coded<ReferralState>?
    /// The referral's version after it; 0 without a referral.
    public var version: UInt32 = 0
    /// Why it was refused.
    public var refusal: BrokerRefusal?
    /// The directive it recorded or withdrew.
    public var consent: ConsentID?
    /// What the broker attests of that, as it signed it.
    public var consentReceipt: String?
    /// The override it began, ended or judged.
    public var breakGlass: BreakGlassID?
    /// The new delivery of a replay.
    public var delivery: DeliveryID?

    /// Makes a receipt with nothing but its outcome.
    public init(message: MessageID, outcome: Coded<ReceiptItem.Outcome>) {
        self.message = message
        self.outcome = outcome
    }

    /// Makes the receipt of a message that was refused.
    public init(message: MessageID, refusal: BrokerRefusal) {
        self.init(message: message, outcome: Coded(.refused))
        self.refusal = refusal
    }

    /// Whether the message was not done.
    public var isRefused: Bool { outcome == .refused }

    /// Whether sending the message again would change nothing.
    ///
    /// A broker that repeats an answer has recorded it, whatever its code says.
    public var isFinal: Bool { !isRefused || isDuplicate || refusal?.isRetriable != true }
}
