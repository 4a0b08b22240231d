/// Ends an override of consent before its time.
public struct OverrideEnd: SubmissionBody {
    /// Which.
    public var breakGlass: BreakGlassID

    /// Makes the body.
    public init(breakGlass: BreakGlassID) { self.breakGlass = breakGlass }

    /// Says that it ends an override.
    public var kind: MessageKind { .breakGlassEnd }
    /// The override's.
    public func thread(of id: MessageID) -> ThreadID? { .override(breakGlass) }
    /// Whatever comes with it is not kept.
    public var byteCountWithoutRoom: Int? { .max }
}
