public import CareModel

/// Is everything that a step decides on besides the inputs and the time.
public struct StepBasis: Sendable {
    /// What was asked for: ``BrokerCore/keys(for:at:)``.
    public var keys: FactKeys
    /// The answer.
    public var facts: Facts
    /// What every patient whom the facts are about has recorded.
    public var consents: [PatientKey: PatientConsents]
    /// What is in the documents whose verdict depends on it, as far as there was time to look.
    public var inspections: [MessageNumber: Inspection]
    /// Documents of which no copy could be made when the step was tried before.
    public var troubles: [DocumentKey: DocumentTrouble]

    /// Makes the basis.
    public init(
        keys: FactKeys, facts: Facts, consents: [PatientKey: PatientConsents],
        inspections: [MessageNumber: Inspection] = [:],
        troubles: [DocumentKey: DocumentTrouble] = [:]
    ) {
        self.keys = keys
        self.facts = facts
        self.consents = consents
        self.inspections = inspections
        self.troubles = troubles
    }
}

/// Is what looking into a document came to.
public struct Inspection: Sendable {
    /// What it holds; nil if it cannot be read, and so may hold anything.
    public let items: [ContentItem]?

    /// Makes the inspection.
    public init(_ items: [ContentItem]?) { self.items = items }
}

/// Names a document from one try of a step to the next: provisional numbers may be others then.
public enum DocumentKey: Hashable, Sendable {
    /// The document that a stored message brought.
    case stored(MessageNumber)
    /// The document of a submission of this very step.
    case submitted(MessageID)

    /// Names the document of a message.
    ///
    /// - Parameter source: the message that brought it.
    init(of message: Message, source: MessageNumber) {
        self = source.provisionalPlace == nil ? .stored(source) : .submitted(message.id)
    }
}

/// Says why no copy of a stored document can go out.
public enum DocumentTrouble: Sendable {
    /// It was erased, or its patient shredded.
    case gone
    /// It is not what its hash says.
    case damaged
    /// No copy can be made that leaves out what must be.
    case uncopyable
}
