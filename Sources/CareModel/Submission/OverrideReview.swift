/// Judges another's override of consent.
public struct OverrideReview: SubmissionBody {
    /// Which.
    public var breakGlass: BreakGlassID
    /// What was found.
    public var finding: BreakGlass.Finding

    /// Makes the body.
    public init(breakGlass: BreakGlassID, finding: BreakGlass.Finding) {
        self.breakGlass = breakGlass
        self.finding = finding
    }

    /// Says that it judges an override.
    public var kind: MessageKind { .breakGlassReview }
    /// The override's.
    public func thread(of id: MessageID) -> ThreadID? { .override(breakGlass) }
    /// Whatever comes with it is not kept.
    public var byteCountWithoutRoom: Int? { .max }
}
