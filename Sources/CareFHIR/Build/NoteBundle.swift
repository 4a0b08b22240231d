/// Is a consult note: a DiagnosticReport with its text, interim or final, and its patient.
public struct NoteBundle: Hashable, Sendable {
    /// What all bundles have.
    public var draft: BundleDraft
    /// What the note is called.
    public var title: String
    /// What it says.
    public var text: String
    /// Whether nothing more is to follow.
    public var isFinal: Bool

    /// Makes the note.
    public init(draft: BundleDraft, title: String = "Consult note", text: String, isFinal: Bool) {
        self.draft = draft
        self.title = title
        self.text = text
        self.isFinal = isFinal
    }

    /// The Bundle as JSON.
    public var bytes: [UInt8] {
        draft.bundle(
            "DiagnosticReport",
            [
                ("basedOn", draft.basedOn),
                ("status", .string(isFinal ? "final" : "preliminary")),
                ("code", .concept(nil, text: title)), ("subject", draft.patientReference),
                ("effectiveDateTime", draft.date), ("issued", draft.date),
                ("performer", draft.authorReference.map { .array([$0]) }),
                ("conclusion", .string(text)),
            ])
    }
}
