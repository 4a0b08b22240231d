internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Is a message of a referral with its document, from whichever side of the wire it is known.
struct HistoryEntry {
    /// Its id.
    let id: MessageID
    /// What scripts see of it.
    var output: MessageOutput
    /// Its document; nil if there is none, or it is not here.
    var payload: Payload?
    /// Whether it was collected here and nobody has opened it.
    var isUnopened = false
    /// Whether parts of the document were left out.
    var isRedacted = false
    /// Why the document is no longer here, for a copy that was taken back.
    var ending: InboxEntry.Ending?
    /// What the broker reports of a delivery that failed, with kind report.
    var report: Envelope.Report?
}

extension OutboxEntry {
    /// Whether the person who sent it was told of the refusal there and then.
    ///
    /// One that had waited in the outbox was refused while they were doing something else, so the
    /// history says so.
    fileprivate var isRefusedAtOnce: Bool {
        guard receipt?.isRefused == true, let answeredAt else { return false }
        return answeredAt - createdAt < .seconds(60)
    }
}

extension Desk {
    /// All messages of a referral, oldest first: as the broker says, and what is here besides.
    ///
    /// Documents that a colleague has collected are asked for, as many as `documentCountMax`.
    func history(
        of referral: ReferralID, broker entries: [MessageView]
    ) throws -> [HistoryEntry] {
        var history = try localHistory(of: referral)
        for entry in entries {
            if let index = history.firstIndex(where: { $0.id == entry.id }) {
                var output = MessageOutput(entry)
                output.direction = history[index].output.direction
                output.openedAt = history[index].output.openedAt
                output.redacted = history[index].output.redacted
                output.ending = history[index].output.ending
                history[index].output = output
            } else {
                history.append(HistoryEntry(id: entry.id, output: MessageOutput(entry)))
            }
        }
        history.sort { ($0.output.acceptedAt ?? "9", $0.id) < ($1.output.acceptedAt ?? "9", $1.id) }
        return try history.isEmpty ? [] : completed(history)
    }

    private static let documentCountMax = 20

    private func localHistory(of referral: ReferralID) throws -> [HistoryEntry] {
        let received = try store.inbox(about: referral).map { entry in
            HistoryEntry(
                id: entry.envelope.message, output: MessageOutput(entry), payload: entry.payload,
                isUnopened: entry.openedAt == nil, isRedacted: entry.envelope.isRedacted,
                ending: entry.ending, report: entry.envelope.report)
        }
        let sent = try store.sent(about: referral).filter { !$0.isRefusedAtOnce }
        return received
            + sent.map { entry in
                HistoryEntry(
                    id: entry.message, output: MessageOutput(entry, agent: context.agent),
                    payload: entry.draft.payload)
            }
    }

    private func completed(_ history: [HistoryEntry]) throws -> [HistoryEntry] {
        var history = history
        var count = 0
        for index in history.indices
        where history[index].payload == nil && history[index].output.documentBytes > 0 {
            guard count < Self.documentCountMax else { break }
            count += 1
            do {
                guard let answer = try ask(.content(history[index].id)) else { break }
                history[index].payload = answer.document
                history[index].isRedacted = answer.content?.isRedacted == true
                if history[index].isRedacted { history[index].output.redacted = true }
            } catch  where CommandFailure(error)?.refusal != nil {
                // The document may no longer be had, or consent does not permit it; the rest may.
                continue
            }
        }
        return history
    }
}
