/// Overrides a patient's consent for the agent who says so.
public struct OverrideStart: SubmissionBody {
    /// Whose consent.
    public var patient: NamedPatient
    /// Why, in the agent's own words; nil if nothing was said.
    public var words: String?

    /// Makes the body.
    public init(patient: NamedPatient, words: String? = nil) {
        self.patient = patient
        self.words = words
    }

    /// Says that it breaks the glass.
    public var kind: MessageKind { .breakGlass }
    /// That of the override, which is called what its message is called.
    public func thread(of id: MessageID) -> ThreadID? { .override(BreakGlassID(id.uuid)) }
}
