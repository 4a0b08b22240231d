/// Is free text about a referral: a comment, a question or an answer, as a Communication.
public struct CommentBundle: Hashable, Sendable {
    /// What all bundles have.
    public var draft: BundleDraft
    /// What it says.
    public var text: String
    /// What it is about, in words.
    public var topic: String?

    /// Makes the comment.
    public init(draft: BundleDraft, text: String, topic: String? = nil) {
        self.draft = draft
        self.text = text
        self.topic = topic
    }

    /// The Bundle as JSON.
    public var bytes: [UInt8] {
        draft.bundle(
            "Communication",
            [
                ("basedOn", draft.basedOn), ("status", .string("completed")),
                ("subject", draft.patientReference),
                ("topic", topic.map { .concept(nil, text: $0) }), ("sent", draft.date),
                ("sender", draft.authorReference),
                ("payload", .array([.members([("contentString", .string(text))])])),
            ])
    }
}
