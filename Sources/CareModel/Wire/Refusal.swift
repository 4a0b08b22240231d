/// Tells an agent that something was not done: why, whose move is next, and whether trying again
/// can help.
///
/// The codes are those of `Protocols/errors.json`.
public struct Refusal: Error, Equatable, Sendable {
    /// Says whose move is next.
    public enum Category: String, Sendable {
        /// The one who asked must change something.
        case sender
        /// The other side must.
        case recipient
        /// The broker or its operator must.
        case broker
    }

    /// What went wrong, as one code.
    public var code: RefusalCode
    /// What failed and what to do, for people; nothing clinical.
    public var message: String
    /// Not before this time; nil if the code says all.
    public var retryAfter: Duration?
    /// For an illegal move or a conflict: where the referral stands.
    public var state: ReferralState?
    /// For an illegal move or a conflict: its version.
    public var version: UInt32?
    /// For an illegal move: what may be done instead.
    public var allowedMoves: [ReferralMove] = []
    /// For a consent verdict: what decided.
    public var rule: String?

    /// Makes a refusal with the code's own words, or better ones.
    public init(_ code: RefusalCode, _ message: String? = nil) {
        self.code = code
        self.message = message ?? code.summary
    }
}
