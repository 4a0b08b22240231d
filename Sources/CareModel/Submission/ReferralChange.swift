/// Moves a referral that is there.
public struct ReferralChange: SubmissionBody {
    /// What is to be done.
    public var move: ReferralMove
    /// With which referral.
    public var referral: ReferralID
    /// The version the sender saw.
    public var expectedVersion: UInt32
    /// Whither, with redirect.
    public var to: Mailbox?
    /// An id for the leg after, with redirect.
    public var next: ReferralID?
    /// Why, and what else it says.
    public var terms = MoveTerms()

    /// Makes a move that says no more.
    public init(_ move: ReferralMove, of referral: ReferralID, at expectedVersion: UInt32) {
        self.move = move
        self.referral = referral
        self.expectedVersion = expectedVersion
    }

    /// The move's.
    public var kind: MessageKind { .move(move) }
    /// The referral's.
    public func thread(of id: MessageID) -> ThreadID? { .referral(referral) }
    /// Whether the move is about what is in its document.
    public var needsDocument: Bool {
        switch move {
        case .note, .complete, .answer, .correct: true
        default: false
        }
    }
    /// Those of its terms.
    public var times: [Timestamp] { terms.times }
}
