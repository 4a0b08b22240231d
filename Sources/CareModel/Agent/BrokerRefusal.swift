/// Is the broker's no as an agent hears it.
///
/// The code may be one that this version does not know; it is final then, and the sender's move is
/// next.
public struct BrokerRefusal: Equatable, Sendable {
    /// What went wrong.
    public var code: String
    /// Whose move is next.
    public var category: Coded<Refusal.Category>?
    /// What failed and what to do, for people; nothing clinical.
    public var message: String
    /// Whether the same can succeed later.
    public var isRetriable = false
    /// Not before this time; nil if the broker named none.
    public var retryAfter: Duration?
    /// For an illegal move or a conflict: where the referral stands.
    public var state: Coded<ReferralState>?
    /// For an illegal move or a conflict: its version; 0 if it was not told.
    public var version: UInt32 = 0
    /// For an illegal move: what may be done instead.
    public var allowedMoves: [Coded<ReferralMove>] = []
    /// For a consent verdict: what decided, in words.
    public var rule: String?

    /// Makes a refusal of a code and its words.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// Makes a refusal of a code this version knows, with its own words or better ones.
    public init(_ code: RefusalCode, _ message: String? = nil) {
        self.init(code: code.rawValue, message: message ?? code.summary)
        category = Coded(code.category)
        isRetriable = code.isRetriable
    }
}
