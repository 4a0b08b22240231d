public import CareModel

/// Reads documents: the core knows nothing of FHIR and hashes nothing.
///
/// The thread that turns the loop makes every call.
public protocol DocumentReader {
    /// What a patient permits, from what is stored.
    func consents(_ state: ConsentState) -> PatientConsents

    /// What is in a message's document; nil if it cannot be read.
    func contents(of message: Message, _ document: Payload) -> [ContentItem]?

    /// A recipient's copy of a document; nil if it cannot be made, or is not what it has to be.
    func copy(of document: Payload, _ message: Message, without redaction: Redaction) -> Payload?

    /// SHA-256 of a document.
    func hash(of document: Payload) -> [UInt8]
}
