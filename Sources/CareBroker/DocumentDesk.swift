internal import CareCore
internal import CareModel
internal import CareStore
internal import CareVault

/// Fetches the documents that go along with what the broker says, each as its recipient may have it.
struct DocumentDesk {
    let store: any Store
    let intake: Intake
    /// The documents that the last commit made durable: they need not be read back.
    var fresh: [MessageNumber: Payload] = [:]

    /// Says what a document came to.
    enum Outcome {
        /// To be sent, with the message that names its hash and length.
        case document(Payload, Message)
        /// Erased, or its patient shredded.
        case gone
        /// Not what its hash says.
        case unusable
        /// No copy can be made that leaves out what must be.
        case uncopyable
    }

    /// The document of a message without what the redaction takes out.
    func document(
        of message: Message, without redaction: Redaction?
    ) throws(StoreError) -> Outcome {
        let isNew = fresh[message.number] != nil
        var found = fresh[message.number]
        do throws(StoreError) {
            if found == nil { found = try store.payload(of: message.number) }
        } catch {
            // One damaged document must not keep the broker from all the others.
            guard error.code == .corrupt else { throw error }
            return .unusable
        }
        guard let whole = found else { return .gone }
        guard isNew || ContentHash.of(whole) == message.payloadHash else { return .unusable }
        guard let redaction else { return .document(whole, message) }
        guard let copy = intake.copy(of: whole, message, without: redaction) else {
            return .uncopyable
        }
        var message = message
        message.payloadHash = ContentHash.of(copy)
        message.payloadByteCount = copy.byteCount
        return .document(copy, message)
    }

    /// A document as its sender wrote it; nil if it is gone or damaged.
    func original(of number: MessageNumber) throws(StoreError) -> Payload? {
        do throws(StoreError) {
            return try store.payload(of: number)
        } catch {
            guard error.code == .corrupt else { throw error }
            return nil
        }
    }

    /// The documents of a timeline, one after the other; entries whose document is gone stay out.
    func documents(
        of timeline: Timeline
    ) throws(StoreError) -> (Timeline, Payload, missing: [MessageNumber]) {
        var bytes: [UInt8] = []
        var answer = timeline
        var missing: [MessageNumber] = []
        answer.entries = []
        for entry in timeline.entries {
            let found = try document(of: entry.message, without: entry.redaction)
            guard case .document(let document, let message) = found else {
                missing.append(entry.message.number)
                continue
            }
            document.withUnsafeBytes { bytes += $0 }
            answer.entries.append(
                Timeline.Entry(
                    message: message, referral: entry.referral, redaction: entry.redaction))
        }
        return (answer, Payload(bytes), missing)
    }
}
