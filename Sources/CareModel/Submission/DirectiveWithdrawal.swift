/// Withdraws a consent directive.
public struct DirectiveWithdrawal: SubmissionBody {
    /// Which.
    public var consent: ConsentID

    /// Makes the body.
    public init(consent: ConsentID) { self.consent = consent }

    /// Says that it withdraws a directive.
    public var kind: MessageKind { .consentRevoke }
    /// The directive's.
    public func thread(of id: MessageID) -> ThreadID? { .directive(consent) }
    /// Whatever comes with it is not kept.
    public var byteCountWithoutRoom: Int? { .max }
}
