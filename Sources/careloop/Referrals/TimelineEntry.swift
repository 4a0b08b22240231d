internal import CareModel
internal import CareVault
internal import CareWire

/// Is one message of a patient's history across organisations, with its document.
struct TimelineEntry {
    /// What the broker vouches for.
    let envelope: WireEnvelope
    /// The document; nil if the message has none.
    let document: Payload?

    /// When the broker took it.
    var at: Timestamp { Timestamp(milliseconds: envelope.acceptedAtMs) }

    /// Takes a part of a timeline to pieces: the documents come in one piece, one after the other.
    ///
    /// - Throws: a failure if lengths or hashes do not fit: no document may be shown as another's.
    static func entries(
        of result: WireResult, _ payload: Payload?
    ) throws(CommandFailure) -> [TimelineEntry] {
        let bytes = payload?.bytes ?? []
        var entries: [TimelineEntry] = []
        var place = 0
        for entry in result.timeline {
            guard entry.payloadBytes <= UInt64(bytes.count - place) else { throw broken }
            let end = place + Int(entry.payloadBytes)
            let hasDocument = !entry.envelope.payloadType.isEmpty
            guard hasDocument == (entry.payloadBytes > 0) else { throw broken }
            let document = hasDocument ? Payload(Array(bytes[place..<end])) : nil
            if let document, ContentHash.of(document) != Array(entry.envelope.payloadSha256) {
                throw broken
            }
            entries.append(TimelineEntry(envelope: entry.envelope, document: document))
            place = end
        }
        guard place == bytes.count else { throw broken }
        return entries
    }

    private static var broken: CommandFailure {
        CommandFailure(
            .refused, "broken-answer",
            "The broker's answer does not fit together, so none of it is shown. Try again, and "
                + "tell the broker's operator if it happens again.")
    }
}
