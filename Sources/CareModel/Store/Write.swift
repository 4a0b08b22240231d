/// Is one change of a transaction.
///
/// A plan's writes are committed together or not at all. What it holds is shared by its copies: it is
/// much, and handed on often.
public indirect enum Write: Equatable, Sendable {
    /// Remembers the answer to a submission.
    case recordSubmission(SubmissionKey, SubmissionRecord)
    /// Adds a message with its payload.
    case insertMessage(Message, MessagePayload)
    /// Adds a referral, or writes its state again.
    case putReferral(Referral)
    /// Adds a delivery.
    case insertDelivery(Delivery)
    /// Writes a delivery's state again.
    case updateDelivery(Delivery)
    /// Adds an event at the next place of its stream.
    case appendEvent(StreamName, Event)
    /// Adds a fact to the audit log.
    case appendAudit(AuditEvent)
    /// Adds a version of a directive, or writes its withdrawal.
    case putConsent(ConsentRecord)
    /// Counts a change of what a patient permits.
    case raiseConsentEpoch(PatientKey, to: UInt32)
    /// Remembers that a patient's deliveries up to this one have been looked at since the last change
    /// of consent, and those after it have not; nil if all have.
    case reconsider(PatientKey, after: DeliveryID?)
    /// Adds an override of consent, or writes its end or review.
    case putBreakGlass(BreakGlass)
    /// Destroys a patient's data key: what it sealed can never be read again, and the directives
    /// among it no longer stand.
    case shred(PatientKey, at: Timestamp)
    /// Adds or changes an organisation.
    case putOrganisation(Organisation)
    /// Adds or changes a service.
    case putService(Service)
    /// Adds or changes an agent.
    case putAgent(Agent)
    /// Adds a stream.
    case putStream(Stream)
    /// Gives a stream another token and key, so that whoever knows the old ones hears no more.
    case renewStream(Stream)
}

/// Says where a message's payload comes from.
public enum MessagePayload: Equatable, Sendable {
    /// There is none.
    case none
    /// The document just submitted.
    case document(Payload)
    /// The same document as an earlier message's.
    case same(MessageNumber)
}
