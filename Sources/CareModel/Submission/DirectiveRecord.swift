/// Records a consent directive, or its next version.
public struct DirectiveRecord: SubmissionBody {
    /// Its id, made by the sender for a new one.
    public var consent: ConsentID
    /// Whose it is.
    public var patient: NamedPatient

    /// Makes the body; the directive itself is in the document.
    public init(consent: ConsentID, patient: NamedPatient) {
        self.consent = consent
        self.patient = patient
    }

    /// Says that it records a directive.
    public var kind: MessageKind { .consentPut }
    /// The directive's own.
    public func thread(of id: MessageID) -> ThreadID? { .directive(consent) }
    /// True: the document is the directive.
    public var needsDocument: Bool { true }
    /// A directive may protect somebody; a short one takes next to no room.
    public var byteCountWithoutRoom: Int? { 64 << 10 }
}
