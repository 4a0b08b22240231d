/// Declares what one kind of submission is and needs.
///
/// Properties that are not optional are the fields it cannot do without.
public protocol SubmissionBody: Equatable, Sendable {
    /// What the message is for.
    var kind: MessageKind { get }
    /// The thread that a submission called `id` belongs to; nil if it does not name one.
    func thread(of id: MessageID) -> ThreadID?
    /// Whether it says nothing without a document.
    var needsDocument: Bool { get }
    /// The longest document with which it is taken even if the broker has no room for new work;
    /// nil if it never is.
    var byteCountWithoutRoom: Int? { get }
    /// The times it names, which must make sense.
    var times: [Timestamp] { get }
}

extension SubmissionBody {
    /// False unless the kind says otherwise.
    public var needsDocument: Bool { false }
    /// Nil unless the kind protects somebody.
    public var byteCountWithoutRoom: Int? { nil }
    /// None unless the kind names some.
    public var times: [Timestamp] { [] }
}
