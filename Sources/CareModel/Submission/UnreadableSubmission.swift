/// Is what is left of a submission that names itself and its kind and cannot be carried out.
///
/// Its sender is told in a receipt, for ever the same, which of many it is. It protects nobody, so
/// it waits for room like others.
public struct UnreadableSubmission: SubmissionBody {
    /// What it was to be for.
    public var kind: MessageKind
    /// The referral it names, if that can be read.
    public var referral: ReferralID?
    /// What is wrong with it.
    public var refusal: Refusal

    /// Makes the body.
    public init(kind: MessageKind, referral: ReferralID?, refusal: Refusal) {
        self.kind = kind
        self.referral = referral
        self.refusal = refusal
    }

    /// The referral's, if it names one.
    public func thread(of id: MessageID) -> ThreadID? { referral.map { .referral($0) } }
}
